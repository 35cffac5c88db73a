import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'

/**
 * The peer of the calls bench: node:http, and a transaction with the statements that a call cannot do without, each prepared, nothing
 * around them: keep the delivery, look for the call, read the staff, take one, write call, leg, trail and command. Run in a process of its
 * own; prints its port.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 12 })
await pool.query(`
  create table if not exists bare_inbox (id uuid primary key, token text unique, headers jsonb, body bytea, at timestamptz);
  create table if not exists bare_staff (id int primary key, call_id uuid, is_free boolean, last_call_at timestamptz);
  create table if not exists bare_call (id uuid primary key, vendor_id text unique, state jsonb, at timestamptz, version int);
  create table if not exists bare_leg (id uuid primary key, call_id uuid, status text, at timestamptz);
  create table if not exists bare_event (call_id uuid, seq int, data jsonb, at timestamptz, primary key (call_id, seq));
  create table if not exists bare_outbox (id uuid primary key, key text, data jsonb, at timestamptz);
  insert into bare_staff select n, null, true, null from generate_series(1, 50) n on conflict do nothing`)

const texts = {
  keep: 'insert into bare_inbox values ($1, $2, $3, $4, $5) on conflict (token) do nothing',
  find: 'select id, state from bare_call where vendor_id = $1',
  staff: 'select * from bare_staff order by last_call_at nulls first, id',
  take: 'update bare_staff set call_id = $1, last_call_at = $3 where id = (select id from bare_staff where id = $2 for update skip locked) returning id',
  call: 'insert into bare_call values ($1, $2, $3, $4, 1)',
  leg: 'insert into bare_leg values ($1, $2, $3, $4)',
  trail: 'insert into bare_event values ($1, 1, $2, $3)',
  send: 'insert into bare_outbox values ($1, $2, $3, $4)',
} as const

async function handled(headers: object, body: Buffer): Promise<string> {
  const client = await pool.connect()
  const run = (name: keyof typeof texts, values: unknown[]) => client.query({ name, text: texts[name], values })
  const [id, at, vendorId] = [randomUUID(), new Date(), new URLSearchParams(body.toString()).get('CallSid')]
  try {
    await client.query('begin')
    await run('keep', [randomUUID(), randomUUID(), JSON.stringify(headers), body, at])
    await run('find', [vendorId])
    const { rows } = await run('staff', [])
    await run('take', [id, rows[0].id, at])
    await run('call', [id, vendorId, JSON.stringify({ name: 'DialingStaff' }), at])
    await run('leg', [randomUUID(), id, 'queued', at])
    await run('trail', [id, JSON.stringify({ type: 'incoming' }), at])
    await run('send', [randomUUID(), id, JSON.stringify({ do: 'dial' }), at])
    await client.query('commit')
    return '<Response><Say>Hello.</Say><Play loop="0">music.mp3</Play></Response>'
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    handled(request.headers, Buffer.concat(chunks)).then(
      twiml => response.writeHead(200, { 'content-type': 'text/xml' }).end(twiml),
      () => response.writeHead(500).end(),
    )
  })
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })))
process.on('SIGTERM', () => process.exit(0))
