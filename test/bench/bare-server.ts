import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import pg from 'pg'

/** The peer of the webhook bench: node:http and one insert, nothing else. Run in a process of its own; prints its port. */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
await pool.query(
  'create table if not exists bare_inbox (id uuid primary key, url text, headers jsonb, body bytea, received_at timestamptz)',
)

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const values = [randomUUID(), request.url, JSON.stringify(request.headers), Buffer.concat(chunks), new Date()]
    pool
      .query({
        name: 'keep',
        text: 'insert into bare_inbox values ($1, $2, $3, $4, $5) on conflict do nothing',
        values,
      })
      .then(() => response.writeHead(200).end())
      .catch(() => response.writeHead(500).end())
  })
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })))
process.on('SIGTERM', () => process.exit(0))
