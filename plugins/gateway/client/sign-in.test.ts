import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test, type Test } from 'tap'
import { signIn, ticketFrom } from './sign-in.ts'

type Said = Record<string, unknown>

/** A hub's door: each path says what it is told to, and what it was asked is kept. */
async function door(t: Test, answers: Record<string, (body: Said, bearer: string) => [number, unknown]>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part as Buffer))
    request.on('end', () => {
      asked.push(request.url ?? '')
      const body = JSON.parse(Buffer.concat(parts).toString()) as Said
      const bearer = request.headers.authorization?.replace('Bearer ', '') ?? ''
      const [status, said] = answers[request.url ?? '']?.(body, bearer) ?? [404, {}]
      response.writeHead(status).end(typeof said === 'string' ? said : JSON.stringify(said))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const good = { ticket: 'T', url: 'ws://x/gateway' }
const problem = (code: string, detail: string) => ({ code, detail })

test('a token that the hub takes no more is refreshed once, and the ticket asked for again', async t => {
  const { url, asked } = await door(t, {
    '/api/sessions': () => [201, { accessToken: 'old', refreshToken: 'r1' }],
    '/api/sessions/refresh': ({ refreshToken }) =>
      refreshToken === 'r1' ? [200, { accessToken: 'new', refreshToken: 'r2' }] : [401, problem('unauthenticated', '')],
    '/api/gateway/ticket': (_, bearer) =>
      bearer === 'new' ? [201, good] : [401, problem('unauthenticated', 'expired')],
  })
  const ticket = ticketFrom({ url, ...(await signIn({ url, email: 'a@b', password: 'p' })) })
  t.same(await ticket(), good)
  t.same(await ticket(), good)
  const [enter, get, renew] = ['/api/sessions', '/api/gateway/ticket', '/api/sessions/refresh']
  t.same(asked, [enter, get, renew, get, get], 'and kept')
  t.same(await ticket({ isRenewal: true }), good)
  t.equal(asked[5], renew, 'to go on with, a new one is asked for at once')
})

test('when the refresh token is good no more, the client signs in again', async t => {
  let signedIn = 0
  const { url } = await door(t, {
    '/api/sessions': () => [201, { accessToken: `a${++signedIn}`, refreshToken: 'r' }],
    '/api/sessions/refresh': () => [401, problem('unauthenticated', 'used')],
    '/api/gateway/ticket': (_, bearer) =>
      bearer === 'a2' ? [201, good] : [401, problem('unauthenticated', 'expired')],
  })
  const session = await signIn({ url, email: 'a@b', password: 'p' })
  const ticket = ticketFrom({ url, ...session })
  t.same(await Promise.all([ticket(), ticket()]), [good, good])
  t.equal(signedIn, 2, 'once, however many ask')
})

test('a key asks for somebody by name, and has nothing to refresh', async t => {
  const said: Said[] = []
  const { url, asked } = await door(t, {
    '/api/gateway/ticket': body => {
      said.push(body)
      return [401, problem('unauthenticated', 'no such key')]
    },
  })
  const ticket = ticketFrom({ url, token: () => 'key', staff: 'sam@demo.example' })
  await t.rejects(ticket(), { code: 'unauthenticated', message: 'no such key' })
  t.same(said, [{ staff: 'sam@demo.example' }])
  t.equal(asked.length, 1)
})

test('a wrong password is told', async t => {
  const { url } = await door(t, { '/api/sessions': () => [401, problem('unauthenticated', 'wrong password')] })
  await t.rejects(signIn({ url, email: 'a@b', password: 'p' }), { code: 'unauthenticated', message: 'wrong password' })
})

test('what is no hub, and what is not there, is told as such', async t => {
  const { url } = await door(t, {
    '/api/sessions': () => [200, '<html>'],
    '/api/gateway/ticket': () => [500, 'oh'],
  })
  await t.rejects(signIn({ url, email: 'a@b', password: 'p' }), { code: 'bad_hub' })
  await t.rejects(ticketFrom({ url, token: () => 't' })(), { code: 'bad_hub', message: /500/ })
  await t.rejects(ticketFrom({ url: 'http://127.0.0.1:1', token: () => 't' })(), { code: 'unavailable' })
})
