import { test } from 'tap'
import { atLeast, roles } from './role.ts'

test('each role may do what the roles below it may, and nothing above', async t => {
  const allowed = (role: (typeof roles)[number]) => roles.filter(needed => atLeast(role, needed))
  t.same(allowed('viewer'), ['viewer'])
  t.same(allowed('agent'), ['viewer', 'agent'])
  t.same(allowed('manager'), ['viewer', 'agent', 'manager'])
  t.same(allowed('admin'), ['viewer', 'agent', 'manager', 'admin'])
})
