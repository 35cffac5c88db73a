import { appendFileSync, readFileSync } from 'node:fs'
import { access } from '@switchboard/access'
import { agenda } from '@switchboard/agenda'
import { alerts } from '@switchboard/alerts'
import { defineAdapter, definePlugin, z, type Hub, type JobData, type Record } from '@switchboard/core'
import { makeLog, startHub } from '@switchboard/core/hub'
import { front } from '@switchboard/front'
import { messaging } from '@switchboard/messaging'
import { reminders } from '@switchboard/reminders'
import { staff } from '@switchboard/staff'
import { twilio } from '@switchboard/twilio'
import type { ChoreSettings, Order } from './chores-hub.ts'

/** A hub with the chores in a process of its own, whose clock can be moved: see `startChoreHub`. */
const settings = JSON.parse(process.argv[2] ?? '{}') as ChoreSettings

/** A source of appointments: a file with one change in each line. */
const book = defineAdapter({
  ...{ name: 'book', options: z.object({ path: z.string() }), provides: ['source'] },
  create: ({ path }) => ({
    source: {
      async *changes(cursor) {
        const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean)
        const fresh = lines.slice(Number(cursor ?? 0))
        const records = fresh.map(line => dated(JSON.parse(line) as Record & { updatedAt: string }))
        yield { records, unreadable: [], cursor: String(lines.length) }
      },
    },
  }),
})

function dated({ updatedAt, ...record }: Record & { updatedAt: string | Date }): Record {
  return { ...record, updatedAt: new Date(updatedAt) }
}

/** Jobs that only write down that they ran: into a table, and into a file that no database can take back. */
const counted = definePlugin({
  name: 'counted',
  options: z.object({ jobs: z.int(), path: z.string() }),
  setup: (hub: Hub, { jobs, path }) => {
    const run = async (name: string): Promise<JobData> => {
      await hub.store.transact(tx => tx.sql`insert into drill_run (name) values (${name})`)
      appendFileSync(path, `${name}\n`)
      return {}
    }
    const once = Array.from({ length: jobs }, (_, n) => ({ name: `drill.${n}`, schedule: null }))
    const all = [...once, { name: 'drill.steady', schedule: '2 seconds' }]
    return { jobs: all.map(job => ({ ...job, handle: () => run(job.name) })) }
  },
})

const clock = { aheadMs: settings.aheadMs }
const { databaseUrl, dataDir, port, publicUrl, password, vendors } = settings
const { book: path, agenda: every, counted: jobs } = settings

const hub = await startHub({
  adapters: {
    ...(vendors.front && { front: { use: front, options: vendors.front } }),
    ...(vendors.twilio && { twilio: { use: twilio, options: vendors.twilio } }),
    ...(path && { book: { use: book, options: { path } } }),
    ...(every && { agenda: { use: agenda, options: every } }),
  },
  plugins: {
    staff: { use: staff },
    access: { use: access, options: { adminPassword: password } },
    alerts: { use: alerts },
    messaging: { use: messaging, options: { schedule: null, checkSchedule: null, ...settings.messaging } },
    reminders: { use: reminders, options: { schedule: null, ...settings.reminders } },
    ...(jobs && { counted: { use: counted, options: jobs } }),
  },
  ...{ databaseUrl, dataDir, port, publicUrl, log: makeLog({ level: 'error' }) },
  now: () => new Date(Date.now() + clock.aheadMs),
})

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'job':
      return hub.runJob(order.name)
    case 'pull':
      return hub.pull(order.source)
    case 'ahead':
      return void (clock.aheadMs = order.ms)
    case 'soon':
      for (const { name, at } of order.jobs) await hub.port('jobs')?.soon(name, {}, { key: name, at: new Date(at) })
  }
}

process.on('message', ({ id, order }: { id: number; order: Order }) => {
  void obey(order).then(
    answer => process.send?.({ id, answer: answer ?? null }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  )
})
// Whoever drills is gone.
process.on('disconnect', () => process.exit(1))
process.on('SIGTERM', () => void hub.close().then(() => process.exit(0)))
process.send?.({ url: hub.url })
