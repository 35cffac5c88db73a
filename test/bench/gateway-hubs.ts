import { join } from 'node:path'
import { programPath, testServer } from '@switchboard/test-contracts/server'
import { startGatewayHub, type GatewayHub } from '@switchboard/test-drills/gateway-hub'
import { ticketFor } from '@switchboard/test-drills/gateway-raw'
import type { Ground } from '@switchboard/test-postgres/ground'
import { startCrowd } from './gateway-children.ts'
import type { TableRow } from './match-table.ts'
import { percentiles } from './open-load.ts'

const people = 20

/** Rings that are published on one hub, until the client has them: on the same hub, and on another that hears of it by way of Postgres, or of NATS. */
export async function acrossHubs(ground: Ground, times: number): Promise<TableRow[]> {
  const rows: TableRow[] = []
  const row = (what: string, spent: readonly number[]): void =>
    void rows.push({ what, rings: times, ...percentiles(spent) })
  await withHubs(ground, async (one, other) => {
    row('client on the hub where it rings', await ringing(one, one, times))
    row('client on another hub, hints over Postgres', await ringing(one, other, times))
  })
  await withNats(join(ground.dataDir, 'nats'), natsUrl =>
    withHubs({ ...ground, natsUrl }, async (one, other) => {
      row('client on another hub, hints over NATS', await ringing(one, other, times))
    }),
  )
  return rows
}

async function ringing(from: GatewayHub, to: GatewayHub, times: number): Promise<number[]> {
  const crowd = await startCrowd()
  try {
    const { url } = await ticketFor(to, 0)
    const { tickets = [] } = await to.order({ do: 'tickets', count: people })
    await crowd.order({ do: 'gather', kind: 'ours', url, count: people, tickets })
    // What those who came caused is over first.
    await new Promise(wake => setTimeout(wake, 3_000))
    const heard = crowd.order({ do: 'rings', nth: 0, times })
    await from.order({ do: 'ring', to: 0, times, everyMs: 50 })
    return (await heard).times ?? []
  } finally {
    await crowd.end()
  }
}

async function withHubs(
  ground: Ground & { natsUrl?: string },
  work: (one: GatewayHub, other: GatewayHub) => Promise<void>,
): Promise<void> {
  const hubs: GatewayHub[] = []
  try {
    for (let n = 0; n < 2; n++) hubs.push(await startGatewayHub({ ...ground, staff: people }))
    const [one, other] = hubs
    if (one && other) await work(one, other)
  } finally {
    for (const hub of hubs) await hub.end()
  }
}

/** Runs nats-server for a while. @throws Error when it is not installed */
async function withNats(dataDir: string, work: (url: string) => Promise<void>): Promise<void> {
  const path = await programPath('nats-server')
  if (path === null) throw new Error('nats-server is not installed: apt-get install nats-server')
  const argumentsFor = (port: number): string[] => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dataDir]
  const ends: (() => unknown)[] = []
  try {
    const { port } = await testServer({ teardown: end => void ends.push(end) }, path, argumentsFor)
    await work(`nats://127.0.0.1:${port}`)
  } finally {
    for (const end of ends) await end()
  }
}
