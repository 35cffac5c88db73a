import { day, newId, type StaffId } from '@switchboard/core'
import t from 'tap'
import { personNamed, prefer, type Ties } from './preferred.ts'

const at = new Date('2026-03-01T10:00:00Z')
const sam = { id: newId<'staff'>(), name: 'Sam Lee' }
const alex = { id: newId<'staff'>(), name: 'Alex Chen' }
const staff = [alex, sam]
const daysAgo = (days: number): Date => new Date(at.getTime() - days * day)
const spoke = (staffId: StaffId, days: number) => ({ staffId, at: daysAgo(days) })
const booked = (who: string, days: number, status = 'confirmed') => ({
  ...{ with: who, startsAt: daysAgo(days).toISOString(), status },
})
const because = (ties: Partial<Ties>) =>
  prefer({ assigned: null, talks: [], bookings: [], ...ties }, staff, at).map(one => one.because)

t.test('who spoke with them is told with how long ago, and counts half after thirty days', async t => {
  t.same(because({ talks: [spoke(sam.id, 3)] }), ['Sam Lee spoke with them 3 days ago (0.93)'])
  t.same(because({ talks: [spoke(sam.id, 30), spoke(alex.id, 1)] }), [
    'Alex Chen spoke with them 1 day ago (0.98)',
    'Sam Lee spoke with them 30 days ago (0.50)',
  ])
  t.same(because({ talks: [spoke(sam.id, 120)] }), [], 'after four months it is forgotten')
  t.same(because({ talks: [spoke(newId<'staff'>(), 1)] }), [], 'somebody who left is not preferred')
})

t.test('an appointment ties as a conversation does, past or to come; a cancelled one does not', async t => {
  t.same(because({ bookings: [booked('sam lee', 5)] }), ['Sam Lee had an appointment with them 5 days ago (0.89)'])
  t.same(because({ bookings: [booked('Sam', -2)] }), ['Sam Lee has an appointment with them in 2 days (0.95)'])
  t.same(because({ bookings: [booked('Sam Lee', 1, 'Cancelled')] }), [])
  t.same(because({ bookings: [booked('Kim', 1), { with: null, startsAt: 'soon', status: '' }] }), [])
  t.same(because({ bookings: [booked('Sam', 9)], talks: [spoke(sam.id, 3)] }), [
    'Sam Lee spoke with them 3 days ago (0.93)',
  ])
})

t.test('who is assigned goes before all that was learned, unless they left', async t => {
  const talks = [spoke(sam.id, 0)]
  t.same(because({ talks, assigned: { staffId: alex.id, by: 'Robin' } }), ['Alex Chen is assigned to them, by Robin'])
  t.match(because({ talks, assigned: { staffId: newId<'staff'>(), by: 'Robin' } }), [/^Sam Lee spoke/])
})

t.test('a name in another system is one person’s, or nobody’s', async t => {
  const two = [...staff, { id: newId<'staff'>(), name: 'Sam Ng' }]
  t.equal(personNamed('SAM  LEE', two), sam)
  t.equal(personNamed('Sám-Lee', two), sam)
  t.equal(personNamed('Sam', two), null, 'there are two of that first name')
  t.equal(personNamed('Sam', staff), sam)
  t.equal(personNamed('Sam Long', staff), null)
  t.equal(personNamed('', staff), null)
})

t.test('who sold them something, or wrote to them, ties as a conversation does', async t => {
  const sold = (soldBy: string | null, days: number) => ({ soldBy, placedAt: daysAgo(days).toISOString() })
  t.same(because({ orders: [sold('sam lee', 3)] }), ['Sam Lee sold them something 3 days ago (0.93)'])
  t.same(because({ messages: [spoke(alex.id, 1)], orders: [sold('Sam', 3), sold('Alex', 9)] }), [
    'Alex Chen wrote to them 1 day ago (0.98)',
    'Sam Lee sold them something 3 days ago (0.93)',
  ])
  t.same(
    because({ orders: [sold('Kim', 1), sold(null, 1), sold('Sam', -1), { placedAt: 'once' }, sold('Sam', 120)] }),
    [],
  )
  t.same(because({ messages: [spoke(newId<'staff'>(), 1)] }), [])
})
