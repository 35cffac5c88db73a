import { test } from 'tap'
import { faultsOf, type FaultName } from './faults.ts'
import { serve } from './server.ts'

test('routes answer by method and path, with their parameters', async t => {
  const { url } = await demo(t)
  const answer = await fetch(`${url}/things/a%2Fb?x=1`)
  t.equal(answer.status, 200)
  t.strictSame(await answer.json(), { id: 'a/b' })
  t.equal((await fetch(`${url}/things`)).status, 404)
  t.equal((await fetch(`${url}/things/a`, { method: 'POST' })).status, 404)
})

test('each fault of an answer is what it says', async t => {
  const { url, faults } = await demo(t)
  const struck = async (name: FaultName): Promise<Response> => {
    faults.force(name)
    return fetch(`${url}/things/a`)
  }
  await t.rejects(struck('cut'), 'the connection ends without an answer')
  const limited = await struck('status429')
  t.strictSame([limited.status, limited.headers.get('retry-after')], [429, '1'])
  t.equal((await struck('status5xx')).status, 503)
  const html = await struck('htmlError')
  t.strictSame([html.status, html.headers.get('content-type')], [200, 'text/html'])
  await t.rejects((await struck('truncatedJson')).json(), SyntaxError)
  t.strictSame(await (await fetch(`${url}/things/a`)).json(), { id: 'a' }, 'each once')
})

test('faults are set, shown and made to happen over HTTP, and that never fails', async t => {
  const { url, faults } = await demo(t)
  faults.set({ cut: 1 })
  const set = await fetch(`${url}/simulator/faults`, { method: 'PUT', body: '{"status5xx":1,"cut":0}' })
  t.match(await set.json(), { cut: 0, status5xx: 1 })
  t.equal((await fetch(`${url}/things/a`)).status, 503)
  await fetch(`${url}/simulator/faults`, { method: 'PUT', body: '{"status5xx":0}' })
  await fetch(`${url}/simulator/faults/status429`, { method: 'POST' })
  t.equal((await fetch(`${url}/things/a`)).status, 429)
  for (const body of ['{"flood":1}', '{"cut":2}', '{"cut":"yes"}', '{'])
    t.equal((await fetch(`${url}/simulator/faults`, { method: 'PUT', body })).status, 400, body)
  t.equal((await fetch(`${url}/simulator/faults/flood`, { method: 'POST' })).status, 400)
})

test('the same seed strikes at the same times', t => {
  const strikes = (seed: number): boolean[] => {
    const faults = faultsOf(seed, { drop: 0.5 })
    return Array.from({ length: 40 }, () => faults.strikes('drop'))
  }
  t.strictSame(strikes(1), strikes(1))
  t.notSame(strikes(1), strikes(2))
  t.ok(strikes(1).includes(true) && strikes(1).includes(false))
  t.end()
})

async function demo(t: {
  teardown(end: () => unknown): void
}): Promise<{ url: string; faults: ReturnType<typeof faultsOf> }> {
  const faults = faultsOf(1)
  const thing = { method: 'GET', path: '/things/:id', handle: ({ params }: { params: object }) => ({ body: params }) }
  const server = await serve({ routes: [thing], faults })
  t.teardown(server.close)
  return { url: server.url, faults }
}
