import { test } from 'tap'
import { newId, type StaffId } from './id.ts'
import { isAllowed, isAllowedOn, mustBeAllowed, permissions, permissionsOf } from './permission.ts'
import { roles } from './role.ts'

const me: StaffId = newId()
const other: StaffId = newId()

test('a role is allowed what it and the roles below it stand for', async t => {
  const allowed = Object.fromEntries(roles.map(role => [role, permissions.filter(one => isAllowed({ role }, one))]))
  t.same(allowed, {
    viewer: ['ViewOwn'],
    agent: ['ViewOwn', 'EditOwn'],
    manager: ['ViewOwn', 'ViewTeam', 'EditOwn', 'EditTeam', 'Export', 'ShareExternal'],
    admin: [...permissions],
  })
  for (const role of roles) t.same(permissionsOf(role).toSorted(), (allowed[role] ?? []).toSorted())
})

test('where a role is asked for, that role and those above it are let through', async t => {
  const agent = { role: 'agent', staffId: me } as const
  t.same(
    roles.filter(needed => isAllowed(agent, needed)),
    ['viewer', 'agent'],
  )
  t.throws(() => mustBeAllowed(agent, 'manager'), { code: 'forbidden', message: /role manager; your role is agent/ })
  t.throws(() => mustBeAllowed(agent, 'ViewTeam'), { code: 'forbidden', message: /permission ViewTeam/ })
  t.doesNotThrow(() => mustBeAllowed(agent, 'EditOwn'))
})

test('what is one’s own can be seen and changed with less than what is another’s', async t => {
  const viewer = { role: 'viewer', staffId: me } as const
  const agent = { role: 'agent', staffId: me } as const
  const manager = { role: 'manager', staffId: me } as const
  t.same(
    [me, other, null].map(owner => isAllowedOn(viewer, 'View', owner)),
    [true, false, false],
  )
  t.same(
    [me, other].map(owner => isAllowedOn(viewer, 'Edit', owner)),
    [false, false],
  )
  t.same(
    [me, other, null].map(owner => isAllowedOn(agent, 'Edit', owner)),
    [true, false, false],
  )
  t.same(
    [me, other, null].map(owner => isAllowedOn(manager, 'Edit', owner)),
    [true, true, true],
  )
})

test('a program has nothing of its own', async t => {
  t.notOk(isAllowedOn({ role: 'agent', staffId: null }, 'View', null))
  t.ok(isAllowedOn({ role: 'manager', staffId: null }, 'View', me))
})
