import fc from 'fast-check'
import t from 'tap'
import { identityOf, isOver, staffOf } from './call.ts'
import { newId, type StaffId } from './id.ts'

t.test('a staff client is named after its owner in letters every phone vendor allows', async t => {
  fc.assert(
    fc.property(fc.uuid({ version: 7 }), uuid => {
      const identity = identityOf(uuid as StaffId)
      return /^[A-Za-z0-9_]+$/.test(identity) && staffOf(identity) === uuid
    }),
  )
  const id: StaffId = newId()
  t.equal(staffOf(identityOf(id)), id)
})

t.test('a name that is nobody on the staff is null', async t => {
  const id = identityOf(newId())
  for (const name of ['', 'alex', 'staff_', `${id}0`, id.slice(1), id.toUpperCase(), `staff_${'0'.repeat(32)}`])
    t.equal(staffOf(name), null, name)
})

t.test('a leg is over once it is completed, or never came about', async t => {
  for (const status of ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const) t.ok(isOver(status))
  for (const status of ['queued', 'ringing', 'in-progress'] as const) t.notOk(isOver(status))
})
