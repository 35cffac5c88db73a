import t, { type Test } from 'tap'
import { z } from 'zod'
import { testDatabase } from '@switchboard/test-postgres'
import { route } from '../hub/define.ts'
import { silentLog } from '../hub/log.ts'
import { Conflict, HubError, VendorError } from '../model/errors.ts'
import type { Principal, Role } from '../ports/auth.ts'
import type { Log } from '../ports/kit.ts'
import type { Route } from '../ports/plugin.ts'
import { openStore, type OpenStore } from '../store/open.ts'
import { httpApp, type EdgeSettings } from './app.ts'
import { bodyLimit } from './body.ts'
import { makeHealth } from './health.ts'
import { listen } from './listen.ts'
import { makeMetrics } from './metrics.ts'

/** The bearer is the role; "old" has expired. */
const auth = {
  authenticate: async (bearer: string): Promise<Principal | null> =>
    bearer === 'old' ? null : { kind: 'key', keyId: `k-${bearer}`, role: bearer as Role, name: bearer },
}

const Widget = z.object({ name: z.string().min(2), size: z.int().positive() })

/** Routes of a small part, and how often its writing one acted. */
function widgets(): { routes: Route[]; made: string[] } {
  const made: string[] = []
  const routes = [
    route({
      ...{ method: 'GET', path: '/api/widgets/:id', summary: 'One widget', access: 'viewer' },
      params: z.object({ id: z.string().regex(/^w-/) }),
      query: z.object({ limit: z.coerce.number().max(100).default(20) }),
      handle: async ({ params, query, principal, requestId, address }) =>
        ({ params, query, who: principal?.name, requestId, address }) as object,
    }),
    route({
      ...{ method: 'POST', path: '/api/widgets', summary: 'Make a widget', access: 'agent', status: 201 },
      body: Widget,
      handle: async ({ body }) => {
        if (body.name === 'taken') throw new Conflict('there is one of this name: take another')
        made.push(body.name)
        return { id: `w-${made.length}`, ...body }
      },
    }),
    route({
      ...{ method: 'DELETE', path: '/api/widgets/:id', summary: 'Remove a widget', access: 'admin' },
      handle: async ({ params }) => void made.push(`removed ${Reflect.get(Object(params), 'id')}`),
    }),
    route({
      ...{
        method: 'POST',
        path: '/api/sessions',
        summary: 'Sign in',
        access: 'public',
        body: z.object({ word: z.string() }),
      },
      handle: async ({ principal }) => ({ principal }),
    }),
    failing('/api/bug', () => new TypeError('secret detail at line 7')),
    failing('/api/inner', () => new HubError('internal', 'secret detail of ours')),
    failing('/api/vendor', () => new VendorError('acme: did not answer')),
    failing('/api/away', () => new HubError('unavailable', 'the database is away')),
  ] as Route[]
  return { routes, made }
}

function failing(path: string, error: () => Error): Route {
  const handle = async (): Promise<never> => {
    throw error()
  }
  return route({ method: 'GET', path, summary: 'Fails', access: 'public', handle })
}

async function database(t: Test): Promise<OpenStore> {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog() })
  t.teardown(() => store.close())
  return store
}

/** A running edge, and a way to ask it. */
async function edge(t: Test, store: OpenStore, settings: Partial<EdgeSettings> = {}) {
  const { routes, made } = widgets()
  const app = httpApp({
    ...{ routes, auth, store, metrics: makeMetrics(), log: silentLog(), now: () => new Date() },
    ...{ publicUrl: 'https://hub.example', version: '1.2.3' },
    health: makeHealth({ phase: () => ({ status: 'ready', reasons: [] }), checks: () => [] }),
    webhooks: { adapters: new Map(), keep: async () => 'kept', answer: () => t.fail('unasked') as never },
    ...settings,
  })
  const door = await listen(0, '127.0.0.1')
  t.teardown(() => door.close())
  door.serve(app.callback())
  const ask = async (method: string, path: string, { as, body, headers = {} }: Asking = {}): Promise<Asked> => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const sent = { ...(as ? { authorization: `Bearer ${as}` } : {}), 'content-type': 'application/json', ...headers }
    const response = await fetch(door.url + path, {
      method,
      headers: sent,
      ...(text === undefined ? {} : { body: text }),
    })
    const answered = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text: answered,
      json: isJson ? JSON.parse(answered) : null,
    }
  }
  return { ask, made }
}

interface Asking {
  as?: string
  body?: unknown
  headers?: Record<string, string>
}

interface Asked {
  status: number
  headers: Headers
  text: string
  json: unknown
}

t.test('the edge', async t => {
  const store = await database(t)

  t.test('a route is handed what came in, checked and typed, and who asks', async t => {
    const { ask } = await edge(t, store)
    const { status, json, headers } = await ask('GET', '/api/widgets/w-1?limit=5', { as: 'viewer' })
    t.equal(status, 200)
    t.match(json, { params: { id: 'w-1' }, query: { limit: 5 }, who: 'viewer', address: '127.0.0.1' })
    t.match(headers.get('content-type'), /^application\/json/)
    t.equal(headers.get('cache-control'), 'no-store')
    t.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  t.test('the status of a route is its own, and no answer is 204', async t => {
    const { ask, made: done } = await edge(t, store)
    const made = await ask('POST', '/api/widgets', { as: 'agent', body: { name: 'cog', size: 3 } })
    t.equal(made.status, 201)
    t.same(made.json, { id: 'w-1', name: 'cog', size: 3 })
    const gone = await ask('DELETE', '/api/widgets/w-1', { as: 'admin' })
    t.equal(gone.status, 204)
    t.equal(gone.text, '')
    t.equal(done.at(-1), 'removed w-1', 'a path needs no schema to be taken apart')
  })

  t.test('the caller’s request id is kept when it is sane, and made when it is not', async t => {
    const { ask } = await edge(t, store)
    const own = await ask('GET', '/api/widgets/w-1', { as: 'viewer', headers: { 'x-request-id': 'trace-0001' } })
    t.equal(own.headers.get('x-request-id'), 'trace-0001')
    t.match(own.json, { requestId: 'trace-0001' })
    for (const strange of ['short', 'with space and more', `${'x'.repeat(200)}`]) {
      const { headers } = await ask('GET', '/health', { headers: { 'x-request-id': strange } })
      t.match(headers.get('x-request-id'), /^[0-9a-f-]{36}$/)
    }
  })

  t.test('who has no valid token is asked for one, before anything else is looked at', async t => {
    const { ask } = await edge(t, store)
    const strangers: Asking[] = [{}, { as: 'old' }, { headers: { authorization: 'Basic abc' } }]
    for (const stranger of strangers) {
      const { status, headers, json } = await ask('POST', '/api/widgets', { ...stranger, body: 'not even json' })
      t.equal(status, 401)
      t.equal(headers.get('www-authenticate'), 'Bearer')
      t.match(json, { code: 'unauthenticated', status: 401, title: 'Unauthenticated', type: '/docs#unauthenticated' })
    }
  })

  t.test('without anybody to sign in with, only public routes answer', async t => {
    const { ask } = await edge(t, store, { auth: null })
    t.equal((await ask('GET', '/api/widgets/w-1', { as: 'admin' })).status, 401)
    const open = await ask('POST', '/api/sessions', { body: { word: 'x' } })
    t.equal(open.status, 200)
    t.same(open.json, { principal: null })
  })

  t.test('a role may do what the roles below it may, and no more', async t => {
    const { ask } = await edge(t, store)
    const statusFor = async (as: string): Promise<number> =>
      (await ask('POST', '/api/widgets', { as, body: {} })).status
    t.equal(await statusFor('viewer'), 403)
    t.equal(await statusFor('agent'), 400)
    t.equal(await statusFor('admin'), 400)
    t.match((await ask('DELETE', '/api/widgets/w-1', { as: 'manager' })).json, {
      code: 'forbidden',
      detail: /role admin/,
    })
  })

  t.test('every mistake in a request is named with its place', async t => {
    const { ask } = await edge(t, store)
    const body = await ask('POST', '/api/widgets', { as: 'agent', body: { name: 'x', size: 1.5 } })
    t.equal(body.status, 400)
    t.match(body.headers.get('content-type'), /^application\/problem\+json/)
    t.match(body.json, { code: 'bad_request', issues: [{ path: 'body.name' }, { path: 'body.size' }] })
    const both = await ask('GET', '/api/widgets/nope?limit=1000', { as: 'viewer' })
    t.match(both.json, { code: 'bad_request', issues: [{ path: 'params.id' }, { path: 'query.limit' }] })
    const none = await ask('POST', '/api/widgets', { as: 'agent' })
    t.match(none.json, { code: 'bad_request', issues: [{ path: 'body' }] })
  })

  t.test('a body that is no JSON is a bad body', async t => {
    const { ask, made } = await edge(t, store)
    const broken = await ask('POST', '/api/widgets', { as: 'agent', body: '{"name":' })
    t.match(broken, { status: 400, json: { code: 'bad_body' } })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    t.match(await ask('POST', '/api/widgets', { as: 'agent', body: 'name=x', headers: form }), {
      json: { code: 'bad_body' },
    })
    t.same(made, [])
  })

  t.test('a body over the cap is refused', async t => {
    const { ask } = await edge(t, store)
    const { status, json } = await ask('POST', '/api/widgets', { as: 'agent', body: 'x'.repeat(bodyLimit + 1) })
    t.equal(status, 413)
    t.match(json, { code: 'body_too_large' })
  })

  t.test('what is not there is not found, with a token or without', async t => {
    const { ask } = await edge(t, store)
    for (const as of ['', 'admin']) {
      const { status, json, headers } = await ask('GET', '/api/secrets', { as })
      t.equal(status, 404)
      t.match(json, { code: 'not_found', title: 'Not found' })
      t.equal(headers.get('cache-control'), 'no-store')
    }
  })

  t.test('a path that takes other methods says which', async t => {
    const { ask } = await edge(t, store)
    const { status, headers, json } = await ask('PUT', '/api/widgets/w-1', { as: 'admin', body: {} })
    t.equal(status, 405)
    t.equal(headers.get('allow'), 'DELETE, GET, HEAD')
    t.match(json, { code: 'method_not_allowed' })
    t.equal((await ask('OPTIONS', '/api/widgets')).headers.get('allow'), 'POST')
  })

  t.test('an error of ours says what to do; of a bug only the request id gets out', async t => {
    const { ask } = await edge(t, store)
    const headers = { 'x-request-id': 'trace-0002' }
    const bug = await ask('GET', '/api/bug', { headers })
    t.equal(bug.status, 500)
    t.match(bug.json, { code: 'internal', requestId: 'trace-0002', detail: /trace-0002/ })
    t.notMatch(bug.text, /secret detail|app\.test/)
    const inner = await ask('GET', '/api/inner')
    t.match(inner, { status: 500, json: { code: 'internal' } })
    t.notMatch(inner.text, /secret detail/)
    t.match(await ask('GET', '/api/vendor'), {
      status: 502,
      json: { code: 'vendor_error', detail: 'acme: did not answer' },
    })
    const away = await ask('GET', '/api/away')
    t.match(away, { status: 503, json: { code: 'unavailable' } })
    t.ok(away.headers.get('retry-after'))
  })

  t.test('every request leaves one line, with the error where we are at fault, and a measurement', async t => {
    const lines: { level: string; facts: object; phrase: string }[] = []
    const logOf = (own: object): Log => {
      const write = (level: string) => (facts: object, phrase: string) =>
        void lines.push({ level, facts: { ...own, ...facts }, phrase })
      const child = (more: object): Log => logOf({ ...own, ...more })
      return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), child }
    }
    const metrics = makeMetrics()
    const { ask } = await edge(t, store, { log: logOf({}), metrics })
    await ask('GET', '/api/widgets/w-1?limit=7', { as: 'viewer', headers: { 'x-request-id': 'trace-0003' } })
    await ask('GET', '/api/bug')
    await ask('GET', '/api/vendor')
    await ask('GET', '/health')
    t.match(lines, [
      { level: 'info', facts: { requestId: 'trace-0003', path: '/api/widgets/w-1', status: 200, by: 'key:k-viewer' } },
      { level: 'error', facts: { status: 500, error: TypeError } },
      { level: 'warn', facts: { status: 502, error: VendorError } },
      { level: 'debug', facts: { status: 200 } },
    ])
    t.equal(lines.length, 4)
    const { text } = await ask('GET', '/metrics')
    t.match(text, /switchboard_http_request_seconds_count\{method="GET",route="\/api\/widgets\/:id",status="200"\} 1\n/)
    t.match(text, /switchboard_http_request_seconds_count\{method="GET",route="\/api\/bug",status="500"\} 1\n/)
    t.match(text, /process_cpu_seconds_total/)
  })

  t.test('health is asked of the hub, being alive is not', async t => {
    const health = async () => ({ status: 'ailing', reasons: ['database: is away'] }) as const
    const { ask } = await edge(t, store, { health: health as never })
    t.match(await ask('GET', '/health'), { status: 503, json: { status: 'ailing', reasons: ['database: is away'] } })
    t.match(await ask('GET', '/health/live'), { status: 200, json: { status: 'live' } })
    t.match(await (await edge(t, store)).ask('GET', '/health'), { status: 200, json: { status: 'ready', reasons: [] } })
  })

  t.test('a write with a key acts once, and is answered the same', async t => {
    const { ask, made } = await edge(t, store)
    const write = (name: string, as = 'agent'): Promise<Asked> =>
      ask('POST', '/api/widgets', { as, body: { name, size: 1 }, headers: { 'idempotency-key': 'key-1' } })
    const first = await write('cog')
    t.equal(first.headers.get('idempotent-replayed'), null)
    const again = await write('cog')
    t.equal(again.status, 201)
    t.equal(again.headers.get('idempotent-replayed'), 'true')
    t.equal(again.text, first.text)
    t.same(made, ['cog'])
    t.match(await write('wheel'), { status: 409, json: { code: 'idempotency_conflict' } })
    t.equal((await write('cog', 'admin')).status, 201, 'the key of somebody else is another key')
    t.same(made, ['cog', 'cog'])
  })

  t.test('a write that failed leaves its key free', async t => {
    const { ask, made } = await edge(t, store)
    const headers = { 'idempotency-key': 'key-2' }
    t.equal((await ask('POST', '/api/widgets', { as: 'agent', body: { name: 'taken', size: 1 }, headers })).status, 409)
    t.equal((await ask('POST', '/api/widgets', { as: 'agent', body: { name: 'free', size: 1 }, headers })).status, 201)
    t.same(made, ['free'])
  })

  t.test('answers without content are replayed too, and a strange key is refused', async t => {
    const { ask } = await edge(t, store)
    const remove = (key: string): Promise<Asked> =>
      ask('DELETE', '/api/widgets/w-9', { as: 'admin', headers: { 'idempotency-key': key } })
    t.equal((await remove('key-3')).status, 204)
    const again = await remove('key-3')
    t.equal(again.status, 204)
    t.equal(again.headers.get('idempotent-replayed'), 'true')
    t.match(await remove('x'.repeat(256)), { status: 400, json: { code: 'bad_request' } })
  })

  t.test('on a public route nobody owns a key: nothing is kept', async t => {
    const { ask } = await edge(t, store)
    const headers = { 'idempotency-key': 'key-4' }
    for (const word of ['a', 'b'])
      t.equal((await ask('POST', '/api/sessions', { body: { word }, headers })).status, 200)
  })
})
