import { test } from 'tap'
import { appointjetSimulator, type RunningAppointjet } from './appointjet.ts'
import { worldOf } from './world.ts'

test('rows come in pages, oldest change first, inclusive of the time asked for', async t => {
  const { vendor, get } = await demo(t)
  const rows = vendor.appointments().slice(-9)
  const since = rows[3]?.updatedAt.toISOString()
  const one = await get(`appointments?limit=2&updated_since=${since}`)
  t.match(one.body, { data: [{ id: rows[3]?.id }, { id: rows[4]?.id }], has_more: true })
  const two = await get(`appointments?limit=2&updated_since=${since}&cursor=${String(one.body['next_cursor'])}`)
  t.match(two.body, { data: [{ id: rows[5]?.id }, { id: rows[6]?.id }] })
  t.equal((await get('appointments?limit=101')).status, 400)
  t.equal((await get('appointments?updated_since=yesterday')).status, 400)
  vendor.expireCursors()
  const three = await get(`appointments?limit=2&cursor=${String(one.body['next_cursor'])}`)
  t.match(three, { status: 410, type: 'application/problem+json', body: { type: 'urn:cursor-expired' } })
})

test('a deleted row is a tombstone for thirty days; what changed since before that is not told', async t => {
  const { vendor, get, wait } = await demo(t)
  const { id } = vendor.book().appointment
  t.match(await get(`appointments/${id}`), { status: 200, body: { id, version: 1, deleted_at: null } })
  const since = vendor.remove(id).appointment.updatedAt.toISOString()
  t.match(await get(`appointments/${id}`), { status: 410, body: { type: 'urn:deleted', data: { id, version: 2 } } })
  t.equal((await get('appointments/nothing')).status, 404)
  const rows = async (since: string): Promise<unknown> =>
    (await get(`appointments?updated_since=${since}`)).body['data']
  t.match(await rows(since), [{ id, version: 2, deleted_at: since }])
  wait(31 * 86_400_000)
  t.match(await get(`appointments?updated_since=${since}`), { status: 410, body: { type: 'urn:cursor-expired' } })
  t.strictSame(await rows('2026-12-01T00:00:00Z'), [])
  t.equal((await get(`appointments/${id}`)).status, 404)
})

test('only its own token is taken, and its clock can be wrong', async t => {
  const { vendor, get } = await demo(t)
  t.equal((await get('health', 'another')).status, 401)
  t.match((await get('health')).body, { status: 'ok', now: '2026-11-20T10:00:00.000Z' })
  vendor.faults.set({ clockSkew: 1, skewMs: 60_000 })
  t.match((await get('health')).body, { now: '2026-11-20T10:01:00.000Z' })
})

test('appointments are booked, changed and deleted from outside', async t => {
  const { vendor } = await demo(t)
  const control = async (body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${vendor.url}/simulator/appointments`, { method: 'POST', body: JSON.stringify(body) })
    return (await answer.json()) as { id: string }
  }
  const { id } = await control({ firstName: 'Mia', startsAt: '2026-12-01T00:00:00Z' })
  t.match(vendor.appointments().at(-1), { id, version: 1, primary: { firstName: 'Mia', lastName: 'Whitlock' } })
  t.match(await control({ id, status: 'cancelled' }), { id, version: 2, delivered: { attempts: 8, status: null } })
  t.match(await control({ id, deleted: true }), { version: 3 })
  t.ok(vendor.appointments().at(-1)?.deletedAt)
})

interface Answer {
  status: number
  type: string | null
  body: { [field: string]: unknown }
}

interface Demo {
  vendor: RunningAppointjet
  wait(ms: number): void
  get(path: string, token?: string): Promise<Answer>
}

async function demo(t: { teardown(end: () => unknown): void }): Promise<Demo> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const world = worldOf({ seed: 2, now: now(), people: 60 })
  const nobody = 'http://127.0.0.1:9'
  const vendor = await appointjetSimulator.start({ publicUrl: nobody, adapter: 'aj', world, seed: 2, now, speed: 1e9 })
  t.teardown(vendor.close)
  const get: Demo['get'] = async (path, token = String(appointjetSimulator.options['token'])) => {
    const answer = await fetch(`${vendor.url}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
    const body = (await answer.json()) as Answer['body']
    return { status: answer.status, type: answer.headers.get('content-type'), body }
  }
  return { vendor, get, wait: ms => void (at += ms) }
}
