import { createHash, randomBytes } from 'node:crypto'
import { resourceUsage } from 'node:process'
import { definePlugin, z, type Hub } from '@switchboard/core'
import { makeLog, startHub } from '@switchboard/core/hub'
import { access } from '@switchboard/access'
import { gateway } from '@switchboard/gateway'
import { migrate } from '@switchboard/migrations/migrate'
import { nats } from '@switchboard/nats'
import { staff } from '@switchboard/staff'
import type { Answer, HostSettings, Order } from './gateway-hub.ts'

/** A hub in a process of its own with the gateway, many staff, and a plugin that publishes whatever it is told to: see `startGatewayHub`. */
const settings = JSON.parse(process.argv[2] ?? '{}') as HostSettings

const made = { n: 0 }

/** What is said: of a call, told at once, and of a message, told with others of its kind. */
const said = {
  'call.state': (callId: string, because: string) => ({ callId, state: 'Said', because }),
  'message.changed': (messageId: string, because: string) => ({
    ...{ messageId, threadId: 'a thread', status: 'failed', trouble: { code: 'said', because } },
  }),
}

/** Publishes events for everybody, or for some. Each has a name of its own. */
async function say(
  hub: Hub,
  { to, times, bytes = 0, perSecond = Infinity, together = 1, as = 'call.state' }: Extract<Order, { do: 'say' }>,
): Promise<string[]> {
  const staffIds = (await staffOf(hub)).filter((_, index) => to === 'all' || to.includes(index))
  const names = Array.from({ length: times }, () => `said ${process.pid} ${++made.n}`)
  const startedAt = performance.now()
  for (let done = 0; done < times; done += together) {
    const because = 'x'.repeat(bytes)
    await hub.store.transact(async tx => {
      for (const name of names.slice(done, done + together))
        await hub.events.publish(tx, as, { ...said[as](name, because), staffIds, at: hub.now() })
    })
    const aheadMs = ((done + together) / perSecond) * 1000 - (performance.now() - startedAt)
    if (aheadMs > 1) await new Promise(wake => setTimeout(wake, aheadMs))
  }
  return names
}

/** Made at once, so that a crowd does not ask for each over HTTP. */
async function tickets(hub: Hub, count: number): Promise<string[]> {
  const staffIds = await staffOf(hub)
  const made = Array.from({ length: count }, () => randomBytes(32).toString('base64url'))
  const hashes = made.map(ticket => createHash('sha256').update(ticket).digest('hex'))
  const owners = made.map((_, index) => staffIds[index % staffIds.length])
  await hub.store.read(
    tx => tx.sql`insert into gateway_ticket (hash, staff_id, expires_at)
      select hash, staff_id, ${new Date(hub.now().getTime() + 600_000)} from unnest(${hashes}::text[], ${owners}::uuid[]) as made (hash, staff_id)`,
  )
  return made
}

/** Rings that say when they were published, by the clock that all processes of a machine share. */
async function ring(hub: Hub, { to, times, everyMs }: Extract<Order, { do: 'ring' }>): Promise<string[]> {
  const staffId = (await staffOf(hub))[to]
  const names: string[] = []
  for (let time = 0; time < times; time++) {
    const callId = String(process.hrtime.bigint())
    const data = { callId, legs: [{ staffId, legId: callId }], from: null, to: '+61755550100', at: hub.now() }
    await hub.store.transact(tx => hub.events.publish(tx, 'call.ringing', data))
    names.push(callId)
    await new Promise(wake => setTimeout(wake, everyMs))
  }
  return names
}

async function staffOf(hub: Hub): Promise<string[]> {
  const rows = await hub.store.read(
    tx => tx.sql<{ id: string }>`select id from staff where email like 'n%@drill.example' order by email`,
  )
  return rows.map(({ id }) => id)
}

async function answerTo(hub: Hub, order: Order): Promise<Answer> {
  switch (order.do) {
    case 'say':
      return { names: await say(hub, order) }
    case 'cpu': {
      const { userCPUTime, systemCPUTime } = resourceUsage()
      return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }
    }
    case 'memory': {
      globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
      const { rss, heapUsed, external } = process.memoryUsage()
      return { rss, held: heapUsed + external }
    }
    case 'frames':
      return {
        frames: await hub.store.read(
          tx => tx.sql<{ email: string; seq: number; type: string; name: string | null }>`
            select email, seq, type, data->>'callId' as name from gateway_frame join staff on staff.id = staff_id
            where email like 'n%@drill.example' order by email, seq`,
        ),
      }
    case 'tickets':
      return { tickets: await tickets(hub, order.count) }
    case 'ring':
      return { names: await ring(hub, order) }
    case 'idle':
      return {
        isIdle: (await hub.store.read(tx => tx.sql`select 1 from outbox where done_at is null limit 1`)).length === 0,
      }
  }
}

const loud = definePlugin({
  name: 'loud',
  options: z.object({}),
  needs: ['roster'],
  setup: hub => ({
    start: async () => {
      const known = (await staffOf(hub)).length
      await hub.store.transact(async tx => {
        for (let n = known; n < settings.staff; n++) {
          const name = `n${String(n).padStart(5, '0')}`
          await hub.port('roster').enrol(tx, { email: `${name}@drill.example`, name, role: 'agent' })
        }
      })
      process.on('message', (asked: { id: number; order: Order }) => {
        void answerTo(hub, asked.order).then(
          answer => process.send?.({ id: asked.id, answer }),
          (error: unknown) => process.send?.({ id: asked.id, error: String(error) }),
        )
      })
    },
  }),
})

const { databaseUrl, dataDir, port, gatewayPort, limits, accessMinutes, natsUrl } = settings
const hub = await startHub({
  adapters: natsUrl ? { nats: { use: nats, options: { url: natsUrl } } } : {},
  plugins: {
    staff: { use: staff },
    access: { use: access, options: { adminPassword: settings.password, accessMinutes } },
    gateway: { use: gateway, options: { port: gatewayPort, host: '127.0.0.1', limits } },
    loud: { use: loud },
  },
  ...{ databaseUrl, dataDir, port, log: makeLog({ level: 'warn' }) },
  prepare: () => migrate(databaseUrl),
})
process.on('SIGTERM', () => void hub.close().then(() => process.exit(0)))
process.send?.({ url: hub.url })
