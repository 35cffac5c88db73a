import { newId, VendorError, type ProfileId } from '@switchboard/core'
import t from 'tap'
import { incoming, status } from '../test-exchange.ts'
import { type Person } from '../test-vendor.ts'
import { api, deliver, soon, startCallHub, type CallHub } from '../test-hub.ts'

interface Shown {
  id: string
  callId: string
  from: string | null
  ownerId: string | null
  durationSeconds: number
  audio: string | null
  waitsBecause: string | null
  transcript: null
  isDone: boolean
  doneBy: string | null
}

const alex: Person = { id: newId<'staff'>(), name: 'Alex', because: 'is away' }
const ann: ProfileId = newId()

/** Somebody leaves a message of so many seconds. */
async function leave({ hub }: CallHub, vendorId: string, durationSeconds = 34): Promise<void> {
  await deliver(hub, 'voice', incoming(vendorId))
  const recording = { vendorId: `RE-${vendorId}`, url: 'https://vendor.example/RE', durationSeconds }
  const recorded = { type: 'recorded', leg: { vendorId, callId: null, legId: null }, recording, at: new Date() }
  await deliver(hub, 'reports', status(vendorId, 'completed'))
  await deliver(hub, 'reports', recorded)
  await deliver(hub, 'reports', { ...recorded, again: true })
}

const inbox = async ({ hub }: CallHub, query = ''): Promise<Shown[]> =>
  (await api<{ items: Shown[] }>(hub, `/api/voicemails${query}`)).items

const fetched = (at: CallHub): Promise<Shown> => soon(async () => (await inbox(at)).find(({ audio }) => audio !== null))

const hear = (at: CallHub, id: string) =>
  fetch(`${at.hub.url}/api/voicemails/${id}/audio`, { headers: { authorization: 'Bearer agent' } })

t.test('a message is in the inbox once, with its audio, which is what the vendor had', async t => {
  const at = await startCallHub(t, [alex], ann)
  const asked: string[] = []
  at.vendor.recording = async vendorId => (
    asked.push(vendorId),
    { body: Buffer.from([1, 2, 250]), contentType: 'audio/mpeg' }
  )
  await leave(at, 'CA1')
  const message = await fetched(at)
  t.match(message, { from: '+61412345678', ownerId: null, durationSeconds: 34, isDone: false, transcript: null })
  t.same(asked, ['RE-CA1'])
  t.equal((await inbox(at)).length, 1)
  const answer = await hear(at, message.id)
  t.equal(answer.headers.get('content-type'), 'audio/mpeg')
  t.same([...Buffer.from(await answer.arrayBuffer())], [1, 2, 250])
  t.same([...at.files.keys()], [`voicemail/${message.id}`])
  t.match(await soon(async () => at.published.find(({ name }) => name === 'call.voicemail')), {
    data: { durationSeconds: 34 },
  })
})

t.test('a message opens a promise of that reason, though the recording is told of after the call', async t => {
  const at = await startCallHub(t, [alex], ann)
  at.vendor.recording = async () => ({ body: Buffer.from('a'), contentType: 'audio/mpeg' })
  await leave(at, 'CA1')
  const promises = await soon(async () => {
    const { items } = await api<{ items: { reason: string; asked: number }[] }>(at.hub, '/api/promises')
    return items[0]?.reason === 'voicemail' && items
  })
  t.match(promises, [{ reason: 'voicemail', asked: 1 }])
})

t.test('a vendor or a disk that fails is asked again until the audio is here', async t => {
  const at = await startCallHub(t, [alex], ann)
  const failures = [new VendorError('not yet', { retryable: true }), new VendorError('away', { retryable: true })]
  at.vendor.recording = async () => {
    const failure = failures.shift()
    if (failure) throw failure
    return { body: Buffer.from('said'), contentType: 'audio/mpeg' }
  }
  at.disk.isFull = true
  await leave(at, 'CA1')
  const waits = await soon(async () => (await inbox(at))[0])
  t.equal(waits.audio, null)
  t.equal((await hear(at, waits.id)).status, 404)
  await soon(async () => failures.length === 0)
  at.disk.isFull = false
  t.equal(await (await hear(at, (await fetched(at)).id)).text(), 'said')
})

t.test('what was given up says why, and is fetched again by the job', async t => {
  const at = await startCallHub(t, [alex], ann)
  at.vendor.recording = () => Promise.reject(new VendorError('the vendor lost it'))
  await leave(at, 'CA1')
  const lost = await soon(async () => (await inbox(at)).find(({ waitsBecause }) => waitsBecause !== null))
  t.match(lost, { audio: null, waitsBecause: 'the vendor lost it' })
  at.vendor.recording = async () => ({ body: Buffer.from('found'), contentType: 'audio/mpeg' })
  t.same(await at.hub.runJob('calls.voicemail'), { again: 1 })
  t.match(await fetched(at), { id: lost.id, waitsBecause: null })
  t.same(await at.hub.runJob('calls.voicemail'), { again: 0 })
})

t.test('a message is marked as done and as not done, and found by it', async t => {
  const at = await startCallHub(t, [alex], ann)
  at.vendor.recording = async () => ({ body: Buffer.from('a'), contentType: 'audio/mpeg' })
  await leave(at, 'CA1')
  await leave(at, 'CA2')
  await soon(async () => (await inbox(at)).length === 2)
  const [newest, oldest] = await inbox(at)
  t.match(await api(at.hub, `/api/voicemails/${oldest?.id}`, { isDone: true }), { isDone: true, doneBy: 'Robin' })
  t.same(
    (await inbox(at, '?isDone=false')).map(({ id }) => id),
    [newest?.id],
  )
  t.same(
    (await inbox(at, '?isDone=true')).map(({ id }) => id),
    [oldest?.id],
  )
  t.match(await api(at.hub, `/api/voicemails/${oldest?.id}`, { isDone: false }), { isDone: false, doneBy: null })
  const page = await api<{ items: Shown[]; cursor: string }>(at.hub, '/api/voicemails?limit=1')
  t.same(
    (await inbox(at, `?limit=1&cursor=${page.cursor}`)).map(({ id }) => id),
    [oldest?.id],
  )
  t.match(await api(at.hub, `/api/voicemails/${newId()}`, { isDone: true }), { status: 404 })
})
