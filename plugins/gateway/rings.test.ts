import { newId, type Caller, type StaffId } from '@switchboard/core'
import { test } from 'tap'
import { enter } from './test-client.ts'
import { at, started, state, type TestGateway } from './test-hub.ts'

/** What `call.ringing` says on the bus. */
function ringing(...staffIds: StaffId[]) {
  const legs = staffIds.map(staffId => ({ staffId, legId: newId<'leg'>() }))
  return { callId: newId<'call'>(), legs, from: '+61400000001', to: '+61700000000', at }
}

const known: Caller = {
  profileId: newId<'profile'>(),
  displayName: 'Mary Example',
  phone: '+61400000001',
  place: 'Australia',
  confidence: 0.9,
  reasons: ['same phone'],
  household: [],
  orders: [],
  bookings: [],
  promises: [],
  notes: [],
}

test('a ring reaches every device of the rung person, with the card, and nobody else', async t => {
  const gateway = await started(t, { directory: { card: async () => known } })
  const { sam, robin } = gateway.staff
  const desk = await enter(await gateway.ticket(sam.id))
  const mobile = await enter(await gateway.ticket(sam.id))
  const other = await enter(await gateway.ticket(robin.id))
  for (const client of [desk, mobile, other]) await client.next('welcome')
  const ring = ringing(sam.id)
  await gateway.publish('call.ringing', ring)
  const [leg] = ring.legs
  for (const client of [desk, mobile]) {
    const { data } = await client.next('call.ringing')
    t.same(data, { call: { id: ring.callId, from: ring.from, to: ring.to, at, legId: leg?.legId }, caller: known })
  }
  await gateway.publish('call.state', state(ring.callId, sam.id, robin.id))
  for (const client of [desk, mobile, other]) await client.next('call.state')
  const rings = [desk, mobile, other].map(({ frames }) => frames.filter(({ type }) => type === 'call.ringing').length)
  t.same(rings, [1, 1, 0], 'Robin hears of what comes later, and not of the ring')
  const note = gateway.logged.find(({ phrase }) => phrase === 'card pushed')
  t.match(note?.facts, { staffId: sam.id, callId: ring.callId, profileId: known.profileId, orders: 0, ms: Number })
})

test('without a directory, or with one that fails, the phone rings with an unknown caller', async t => {
  const broken = { card: (tx: { sql: TestGateway['sql'] }) => tx.sql`select 1 / 0` as never }
  for (const directory of [undefined, broken]) {
    const gateway = await started(t, directory ? { directory } : {})
    const client = await enter(await gateway.ticket(gateway.staff.sam.id))
    await client.next('welcome')
    await gateway.publish('call.ringing', ringing(gateway.staff.sam.id))
    const { caller } = (await client.next('call.ringing')).data
    t.match(caller, { profileId: null, displayName: null, phone: '+61400000001', confidence: 0, orders: [] })
  }
})
