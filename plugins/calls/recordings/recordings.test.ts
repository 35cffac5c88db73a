import { newId, type ProfileId } from '@switchboard/core'
import t from 'tap'
import type { Person } from '../test-vendor.ts'
import { api, deliver, soon, startCallHub, talkedCall } from '../test-hub.ts'

const alex: Person = { id: newId<'staff'>(), name: 'Alex' }
const ann: ProfileId = newId()

interface Shown {
  recordings: { id: string; durationSeconds: number; audio: string | null }[]
  recording: object | null
}

t.test('what was said is fetched, shown at the call, and heard by those who may', async t => {
  const at = await startCallHub(t, [alex], ann)
  const { hub, vendor } = at
  const asked: string[] = []
  vendor.recording = async vendorId => (asked.push(vendorId), { body: Buffer.from([7, 8]), contentType: 'audio/mpeg' })
  await talkedCall(at, 'CA1')
  const recording = { vendorId: 'RE1', url: 'https://vendor.example/RE1', durationSeconds: 61, isConversation: true }
  const told = { type: 'recorded', leg: { vendorId: 'CA1', callId: null, legId: null }, recording, at: new Date() }
  await deliver(hub, 'reports', told)
  await deliver(hub, 'reports', { ...told, again: true })
  const { items } = await api<{ items: { id: string }[] }>(hub, '/api/calls')
  const shown = await soon(async () => {
    const call = await api<Shown>(hub, `/api/calls/${items[0]?.id}`)
    return call.recordings[0]?.audio ? call : null
  })
  t.match(shown.recordings, [{ durationSeconds: 61 }])
  t.equal(shown.recordings.length, 1)
  t.equal(shown.recording, null, 'it is no message')
  t.same(asked, ['RE1'])
  const hear = (role: string) =>
    fetch(`${hub.url}${shown.recordings[0]?.audio}`, { headers: { authorization: `Bearer ${role}` } })
  const heard = await hear('manager')
  t.equal(heard.headers.get('content-type'), 'audio/mpeg')
  t.same([...Buffer.from(await heard.arrayBuffer())], [7, 8])
  t.equal((await hear('agent')).status, 403, 'who did not speak in it, and does not lead')
  const other = shown.recordings[0]?.audio?.replace(items[0]?.id ?? '', newId()) ?? ''
  t.equal((await fetch(hub.url + other, { headers: { authorization: 'Bearer manager' } })).status, 404)
})
