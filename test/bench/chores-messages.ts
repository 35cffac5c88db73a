import { access } from '@switchboard/access'
import type { MessageWish } from '@switchboard/core'
import { listen, silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { front } from '@switchboard/front'
import { gateway } from '@switchboard/gateway'
import { messaging } from '@switchboard/messaging'
import { staff } from '@switchboard/staff'
import { connectPhone, signIn, type Phone } from '@switchboard/test-e2e/phone'
import { frontSimulator, type RunningFront } from '@switchboard/test-simulators/front'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import { worldOf } from '@switchboard/test-simulators/world'
import { twilio } from '@switchboard/twilio'
import type { TableRow } from './match-table.ts'
import { percentiles } from './open-load.ts'

/** Where, and how much. */
export interface MessagesSettings {
  databaseUrl: string
  dataDir: string
  events: number
  texts: number
  /** Texts one after the other, each until the client has it. */
  received: number
}

interface Stand {
  hub: RunningHub
  front: RunningFront
  twilio: RunningTwilio
  phone: Phone
}

const adminPassword = 'a password for benches'

/** Events of Front read on, texts in and out, and how long a text takes until the client has it. The vendors are simulated in the same process. */
export async function messagesBench(settings: MessagesSettings): Promise<TableRow[]> {
  return onStand(settings, async stand => {
    const { received, texts, events } = settings
    return [
      await untilReceived(stand, received),
      await textsIn(stand, texts),
      await textsOut(stand, texts),
      await frontRead(stand, events),
    ]
  })
}

async function onStand<T>({ databaseUrl, dataDir }: MessagesSettings, work: (stand: Stand) => Promise<T>): Promise<T> {
  const door = await listen(0)
  const now = (): Date => new Date()
  const common = { publicUrl: door.url, seed: 7, now, world: worldOf({ seed: 7, now: now(), people: 100 }) }
  const [mail, carrier] = await Promise.all([
    frontSimulator.start({ ...common, adapter: 'front' }),
    twilioSimulator.start({ ...common, adapter: 'twilio', speed: 100 }),
  ])
  const hub = await startHub({
    adapters: {
      front: { use: front, options: { ...frontSimulator.options, ...mail.options, perMinute: 600_000 } },
      twilio: { use: twilio, options: { ...twilioSimulator.options, ...carrier.options } },
    },
    plugins: {
      staff: { use: staff },
      access: { use: access, options: { adminPassword } },
      gateway: { use: gateway, options: { port: 0, host: '127.0.0.1' } },
      messaging: { use: messaging, options: { schedule: null, checkSchedule: null } },
    },
    ...{ databaseUrl, dataDir, door, log: silentLog() },
  })
  const phone = await connectPhone(hub.url, await signIn(hub.url, 'admin@localhost', adminPassword))
  try {
    return await work({ hub, front: mail, twilio: carrier, phone })
  } finally {
    phone.close()
    await hub.close()
    await Promise.all([mail.close(), carrier.close()])
  }
}

async function untilReceived({ twilio, phone }: Stand, count: number): Promise<TableRow> {
  const took: number[] = []
  for (let n = -20; n < count; n++) {
    const body = `until received ${n}`
    const startedAt = performance.now()
    const { delivered } = twilio.hear({ from: '+61491570156', body })
    await phone.heard(({ type, data }) => type === 'message.received' && JSON.stringify(data).includes(`"${body}"`))
    if (n >= 0) took.push(performance.now() - startedAt)
    await delivered
    phone.frames.length = 0
  }
  return { what: 'text until `message.received` is on the client', count, ...percentiles(took), aim: 'p99 < 60 ms' }
}

async function textsIn({ hub, twilio }: Stand, count: number): Promise<TableRow> {
  const startedAt = performance.now()
  const told = Array.from(
    { length: count },
    (_, n) => twilio.hear({ from: `+6149157${1000 + (n % 500)}`, body: `in ${n}` }).delivered,
  )
  await Promise.all(told)
  await until(async () => (await counted(hub, 'in %')) === count)
  return rate('texts in', count, startedAt)
}

async function textsOut({ hub, twilio }: Stand, count: number): Promise<TableRow> {
  const port = hub.port('threads')
  if (!port) throw new Error('nobody sends messages')
  const startedAt = performance.now()
  const wish = (n: number): MessageWish => ({
    ...{ to: `+6149157${1000 + (n % 500)}`, text: `out ${n}`, key: `bench ${n}`, staffId: null, author: 'the bench' },
    ...{ inQuietHours: 'send', line: null },
  })
  for (let from = 0; from < count; from += 10)
    await Promise.all(
      Array.from({ length: Math.min(10, count - from) }, (_, n) =>
        hub.store.transact(tx => port.send(tx, wish(from + n))),
      ),
    )
  await until(async () => twilio.texts().filter(({ body }) => body.startsWith('out ')).length === count)
  return rate('texts out', count, startedAt)
}

async function frontRead({ hub, front }: Stand, count: number): Promise<TableRow> {
  await hub.runJob('FrontEvents')
  front.faults.set({ silentWebhook: 1 })
  front.many(count, 'messages')
  const startedAt = performance.now()
  const read = await hub.runJob('FrontEvents')
  return { ...rate('events of Front, by cursor', count, startedAt), pages: Number(read?.['pages']) }
}

function rate(what: string, count: number, startedAt: number): TableRow {
  return { what, count, 'a second': Math.round((count / (performance.now() - startedAt)) * 1000) }
}

async function counted({ store }: RunningHub, like: string): Promise<number> {
  const [row] = await store.read(
    tx => tx.sql<{ count: number }>`select count(*)::int as count from message where body like ${like}`,
  )
  return row?.count ?? 0
}

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise(wake => setTimeout(wake, 20))
}
