import { newId, type ProfileId } from '@switchboard/core'
import t from 'tap'
import type { Person } from '../test-vendor.ts'
import { api, deliver, missedCall, soon, startCallHub, talkedCall, type CallHub } from '../test-hub.ts'
import { incoming, status } from '../test-exchange.ts'

interface Shown {
  id: string
  state: string
  number: string
  reason: string
  asked: number
  ownerId: string | null
  since: string
  dueAt: string
  openedAt: string
  closedBecause: string | null
}

const alex: Person = { id: newId<'staff'>(), name: 'Alex', because: 'is away' }
const ann: ProfileId = newId()

const open = async ({ hub }: CallHub, state = 'open'): Promise<Shown[]> =>
  (await api<{ items: Shown[] }>(hub, `/api/promises?state=${state}`)).items

/** Waits until exactly these were asked for so often. */
const asked = (at: CallHub, ...counts: number[]): Promise<Shown[]> =>
  soon(async () => {
    const found = await open(at)
    return found.map(promise => promise.asked).join() === counts.join() && found
  })

t.test('a missed call is promised once for each number, however often they call, and everybody is told', async t => {
  const at = await startCallHub(t, [alex], ann, { promiseMinutes: 30 })
  await missedCall(at, 'CA1', '0412 345 678')
  const [first] = await asked(at, 1)
  t.match(first, { number: '+61412345678', reason: 'missed', ownerId: null, state: 'open' })
  await missedCall(at, 'CA2', '+61412345678')
  const [again] = await asked(at, 2)
  t.match(again, { id: first?.id, since: first?.since, dueAt: first?.dueAt }, 'the earlier place and due time are kept')
  await missedCall(at, 'CA3', '+61491570156')
  await missedCall(at, 'CA4', null)
  t.same(
    (await asked(at, 2, 1)).map(({ number }) => number),
    ['+61412345678', '+61491570156'],
  )
  await soon(async () => at.published.length >= 3)
  t.match(at.published[0], { name: 'promise.changed', data: { staffIds: [alex.id], promise: { state: 'open' } } })
})

t.test('a promise is for whoever was rung, and is due so many minutes after the caller was gone', async t => {
  const sam: Person = { id: newId<'staff'>(), name: 'Sam' }
  const at = await startCallHub(t, [sam], ann, { promiseMinutes: 30 })
  await missedCall(at, 'CA1')
  const [promise] = await asked(at, 1)
  t.equal(promise?.ownerId, sam.id)
  const minutes = (Date.parse(promise?.dueAt ?? '') - Date.parse(promise?.since ?? '')) / 60_000
  t.ok(minutes >= 30 && minutes < 31)
})

t.test('while closed it is due as long after the next opening', async t => {
  const opens = new Date('2030-01-06T23:00:00.000Z')
  const hours = { opening: { isOpen: false, because: 'on Sundays', nextChangeAt: opens as Date | null } }
  const at = await startCallHub(t, [alex], ann, { promiseMinutes: 30, hours })
  await missedCall(at, 'CA1', '0412 345 678')
  t.match(await asked(at, 1), [{ dueAt: '2030-01-06T23:30:00.000Z' }])
  hours.opening.nextChangeAt = null
  await missedCall(at, 'CA2', '+61491570156')
  const [, other] = await asked(at, 1, 1)
  t.ok(Date.parse(other?.dueAt ?? '') < opens.getTime(), 'closed for good: as if we were open')
})

t.test('what a machine of ours wrote keeps no promise', async t => {
  const at = await startCallHub(t, [alex], ann)
  const say = (data: object) => at.inside.store.transact(tx => at.inside.events.publish(tx, 'message.sent', data))
  await missedCall(at, 'CA1')
  await asked(at, 1)
  await say({ isAutomatic: true, message: { to: [{ handle: '0412 345 678' }] } })
  await soon(async () => (await waiting(at)) === 0)
  await asked(at, 1)
  await say({ isAutomatic: false, message: { to: [{ handle: '0412 345 678' }] } })
  await asked(at)
})

t.test('it closes itself when they get through, whoever called whom', async t => {
  const at = await startCallHub(t, [{ ...alex, because: undefined }], ann)
  await missedCall(at, 'CA1')
  await asked(at, 1)
  await talkedCall(at, 'CA2')
  await asked(at)
  t.match(await open(at, 'closed'), [{ state: 'closed', closedBecause: 'they called again and spoke with Alex' }])
})

t.test('it closes itself when they are written with, by whichever number or person the message names', async t => {
  const at = await startCallHub(t, [alex], ann)
  const say = (name: string, data: object) => at.inside.store.transact(tx => at.inside.events.publish(tx, name, data))
  await missedCall(at, 'CA1')
  await asked(at, 1)
  await say('message.sent', { message: { to: [{ handle: '0491 570 156' }] } })
  await say('message.sent', { message: { from: { handle: '+61712345678' }, to: [{ handle: '0412 345 678' }] } })
  await asked(at)
  await missedCall(at, 'CA2')
  await asked(at, 1)
  await soon(
    async () => (await at.hub.store.read(tx => tx.sql`select 1 from call where profile_id is null`)).length === 0,
  )
  await say('message.received', { profileId: ann, from: 'ann@example.com' })
  await asked(at)
  t.same((await open(at, 'closed')).map(one => one.closedBecause).sort(), ['they wrote to us', 'we wrote to them'])
})

t.test('by hand: it is handed over, moved, and closed with a reason, once', async t => {
  const at = await startCallHub(t, [alex], ann)
  await missedCall(at, 'CA1')
  const [promise] = await asked(at, 1)
  const path = `/api/promises/${promise?.id}`
  t.match(await api(at.hub, path, { owner: alex.id }), { ownerId: alex.id })
  t.match(await api(at.hub, path, { dueAt: '2030-01-02T10:00:00+10:00' }), {
    dueAt: '2030-01-02T00:00:00.000Z',
    ownerId: alex.id,
  })
  t.match(await api(at.hub, path, { owner: newId() }), { status: 404 })
  t.match(await api(at.hub, path, {}), { status: 400 })
  t.match(await api(at.hub, path, { owner: null }), { ownerId: null })
  t.match(await api(at.hub, path, { done: 'it was a wrong number' }), {
    state: 'closed',
    closedBecause: 'Robin: it was a wrong number',
  })
  t.match(await api(at.hub, path, { done: 'again' }), { status: 409 })
  t.match(await api(at.hub, `/api/promises/${newId()}`, { done: 'x' }), { status: 404 })
  t.same(await open(at), [])
})

t.test('the same news told twice, or late, opens nothing anew', async t => {
  const at = await startCallHub(t, [alex], ann)
  await missedCall(at, 'CA1')
  const [promise] = await asked(at, 1)
  const { id: callId } = (await at.hub.store.read(tx => tx.sql<{ id: string }>`select id from call`))[0]!
  const again = () =>
    at.inside.store.transact(tx => at.inside.events.publish(tx, 'call.missed', { callId, staffIds: [] }))
  await again()
  await soon(async () => (await waiting(at)) === 0)
  t.match(await open(at), [{ asked: 1 }])
  await api(at.hub, `/api/promises/${promise?.id}`, { done: 'called back from a mobile' })
  await again()
  await soon(async () => (await waiting(at)) === 0)
  t.same(await open(at), [])
})

t.test('the caller’s card shows what is promised to them', async t => {
  const at = await startCallHub(t, [alex], ann)
  await missedCall(at, 'CA1')
  const [promise] = await asked(at, 1)
  const history = at.inside.wanted('history')
  t.match(await at.hub.store.read(async tx => history?.of(tx, '+61412345678')), {
    promises: [{ id: promise?.id, reason: 'missed', asked: 1 }],
    notes: [],
  })
  t.same(await at.hub.store.read(async tx => history?.of(tx, null)), { promises: [], notes: [] })
})

t.test('whoever asks to be called back while waiting keeps their place before those who called later', async t => {
  const sam: Person = { id: newId<'staff'>(), name: 'Sam' }
  const at = await startCallHub(t, [sam], ann)
  await deliver(at.hub, 'voice', incoming('CA1', '+61491570156'))
  await deliver(at.hub, 'voice', incoming('CA2', '+61491570157'))
  await soon(async () => (await states(at)).includes('WaitingForStaff'))
  await deliver(at.hub, 'voice', { type: 'digits', leg: leg('CA2'), digits: '1', at: new Date() })
  await deliver(at.hub, 'reports', status('CA2', 'completed'))
  const [promise] = await asked(at, 1)
  t.match(promise, { number: '+61491570157', reason: 'callback', asked: 1 })
  const [call] = await at.hub.store.read(
    tx => tx.sql<{ at: Date }>`select queued_at as at from call where queued_at is not null`,
  )
  t.equal(promise?.since, call?.at.toISOString())
})

const leg = (vendorId: string) => ({ vendorId, callId: null, legId: null })

async function states({ hub }: CallHub): Promise<string[]> {
  const rows = await hub.store.read(tx => tx.sql<{ name: string }>`select state->>'name' as name from call`)
  return rows.map(({ name }) => name)
}

async function waiting({ hub }: CallHub): Promise<number> {
  const rows = await hub.store.read(tx => tx.sql`select id from outbox where done_at is null and dead_at is null`)
  return rows.length
}
