import type { GatewayHub } from './gateway-hub.ts'
import { frameOf, helloOf, openRaw, ticketFor, type RawClient } from './gateway-raw.ts'

/** Something that is not to be let through, and what became of it. */
export interface Refusal {
  what: string
  expected: number
  seen: number | string
}

/** Tries everything that is to be refused, once each. */
export async function refusalsDrill(hub: GatewayHub): Promise<Refusal[]> {
  return [
    { what: 'a page of another origin', expected: 403, seen: await foreignOrigin(hub) },
    { what: 'a ticket the second time', expected: 4001, seen: await reused(hub) },
    {
      what: 'a ticket nobody gave',
      expected: 4001,
      seen: await closeAfter(hub, helloOf('made up'), { isAlone: true }),
    },
    { what: 'a frame of 17 KiB', expected: 1009, seen: await closeAfter(hub, frameOf('x'.repeat(17 * 1024))) },
    { what: '1,000 frames at once', expected: 4029, seen: await closeAfter(hub, many(1_000)) },
    {
      what: 'ten frames that are nothing',
      expected: 4000,
      seen: await closeAfter(hub, Buffer.concat(Array(10).fill(frameOf('{')))),
    },
    { what: 'a token of a session that is over', expected: 401, seen: await signedOutTicket(hub) },
    { what: 'a connection whose session is over', expected: 4003, seen: await signedOut(hub) },
  ]
}

async function foreignOrigin(hub: GatewayHub): Promise<number> {
  const client = await openRaw((await ticketFor(hub, 0)).url, { origin: 'https://evil.example' })
  client.socket.destroy()
  return client.status
}

async function reused(hub: GatewayHub): Promise<number | string> {
  const { ticket, url } = await ticketFor(hub, 0)
  const first = await openRaw(url)
  first.socket.write(helloOf(ticket))
  await welcomed(first)
  const second = await openRaw(url)
  second.socket.write(helloOf(ticket))
  const seen = await second.closed
  first.socket.destroy()
  return seen
}

async function closeAfter(hub: GatewayHub, bytes: Buffer, { isAlone = false } = {}): Promise<number | string> {
  const { ticket, url } = await ticketFor(hub, 0)
  const client = await openRaw(url)
  if (!isAlone) {
    client.socket.write(helloOf(ticket))
    await welcomed(client)
  }
  client.socket.write(bytes)
  return client.closed
}

/** Something came after the upgrade. */
function welcomed({ socket }: RawClient): Promise<void> {
  return new Promise(resolve => {
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes('"welcome"')) resolve()
    })
  })
}

function many(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, id) => frameOf(JSON.stringify({ id, type: 'ping' }))))
}

interface Session {
  accessToken: string
}

async function signIn({ url, password }: GatewayHub): Promise<string> {
  const body = JSON.stringify({ email: 'admin@localhost', password })
  const headers = { 'content-type': 'application/json' }
  return ((await (await fetch(`${url}/api/sessions`, { method: 'POST', headers, body })).json()) as Session).accessToken
}

async function signOut({ url }: GatewayHub, token: string): Promise<void> {
  await fetch(`${url}/api/sessions`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } })
}

async function signedOutTicket(hub: GatewayHub): Promise<number> {
  const token = await signIn(hub)
  await signOut(hub, token)
  return (await ask(hub, token)).status
}

async function signedOut(hub: GatewayHub): Promise<number | string> {
  const token = await signIn(hub)
  const { ticket, url } = (await (await ask(hub, token)).json()) as { ticket: string; url: string }
  const client = await openRaw(url)
  client.socket.write(helloOf(ticket))
  await welcomed(client)
  await signOut(hub, token)
  return client.closed
}

function ask({ url }: GatewayHub, token: string): Promise<Response> {
  return fetch(`${url}/api/gateway/ticket`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
}
