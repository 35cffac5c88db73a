import { newId, type ProfileId } from '@switchboard/core'
import t from 'tap'
import type { Person } from '../test-vendor.ts'
import { api, missedCall, soon, startCallHub, type CallHub } from '../test-hub.ts'

const alex: Person = { id: newId<'staff'>(), name: 'Alex', because: 'is away' }
const ann: ProfileId = newId()

/** A call that is over and known to be Ann's. */
async function over(at: CallHub): Promise<string> {
  await missedCall(at, 'CA1')
  return soon(async () => {
    const { items } = await api<{ items: { id: string; profileId: string | null }[] }>(at.hub, '/api/calls')
    return items.find(({ profileId }) => profileId === ann)?.id
  })
}

const give = (at: CallHub, name: string, input: object) => {
  const command = at.inside.commands().get(name)
  if (!command) throw new Error(`there is no command ${name}`)
  return command.handle(alex.id, command.input.parse(input))
}

t.test(
  'notes are added during a call or after it, through the gateway and over HTTP, and shown on it and on the card',
  async t => {
    const at = await startCallHub(t, [alex], ann)
    const callId = await over(at)
    await give(at, 'call.note', { callId, text: '  wants a quote ' })
    const added = await api(at.hub, `/api/calls/${callId}/notes`, { text: 'sent it' })
    t.match(added, {
      notes: [
        { text: 'wants a quote', by: 'Alex' },
        { text: 'sent it', by: 'Robin' },
      ],
    })
    t.match(await api(at.hub, `/api/calls/${callId}`), added as object)
    const history = await at.hub.store.read(async tx => at.inside.wanted('history')?.of(tx, '+61412345678'))
    t.match(history?.notes, [{ text: 'sent it', by: 'Robin' }, { text: 'wants a quote' }])
    t.match(await api(at.hub, `/api/calls/${callId}/notes`, { text: ' ' }), { status: 400 })
    t.match(await api(at.hub, `/api/calls/${newId()}/notes`, { text: 'x' }), { status: 404 })
  },
)

t.test('what became of a call is one of the list, and the last that was said counts', async t => {
  const at = await startCallHub(t, [alex], ann, { dispositions: ['sold', 'lost'] })
  const callId = await over(at)
  const path = `/api/calls/${callId}/disposition`
  t.match(await api(at.hub, path, { code: 'booked' }), { status: 400, detail: 'code must be one of sold, lost' })
  await api(at.hub, path, { code: 'lost' })
  await give(at, 'call.disposition', { callId, code: 'sold', note: 'two desks' })
  t.match(await api(at.hub, `/api/calls/${callId}`), {
    disposition: { code: 'sold', note: 'two desks', by: 'Alex' },
    notes: [],
  })
})

t.test('a caller who is somebody else is told once, and the call stays nobody’s', async t => {
  const at = await startCallHub(t, [alex], ann)
  const callId = await over(at)
  await give(at, 'call.wrongCaller', { callId, text: 'it was her brother' })
  await give(at, 'call.wrongCaller', { callId, profileId: ann })
  t.match(await api(at.hub, `/api/calls/${callId}`), {
    profileId: null,
    wrongCaller: { profileId: ann, text: 'it was her brother', by: 'Alex' },
  })
  const told = await soon(async () => at.published.find(({ name }) => name === 'call.wrongCaller'))
  t.match(told.data, { callId, profileId: ann, phone: '+61412345678', staffId: alex.id })
  const state = { callId, state: 'Hungup', staffIds: [], because: '', with: [], at: new Date() }
  await at.inside.store.transact(tx => at.inside.events.publish(tx, 'call.state', state))
  await soon(async () => {
    const rows = await at.hub.store.read(tx => tx.sql`select 1 from outbox where done_at is null and dead_at is null`)
    return rows.length === 0
  })
  t.match(await api(at.hub, `/api/calls/${callId}`), { profileId: null })
  t.equal(at.published.filter(({ name }) => name === 'call.wrongCaller').length, 1)
  t.match(await api(at.hub, `/api/calls/${callId}/wrong-caller`, {}), { status: 400 })
})
