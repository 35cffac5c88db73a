import { Command } from 'commander'
import { z } from '@switchboard/core'
import { localApi } from '../api.ts'
import { readEnvironment } from '../env.ts'
import { table } from '../table.ts'

const entry = z.object({
  id: z.string(),
  adapter: z.string(),
  channel: z.string(),
  deliveryId: z.string(),
  state: z.string(),
  attempts: z.number(),
  error: z.string().nullable(),
  receivedAt: z.string(),
})
const whole = entry.extend({ url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() })

/** `hub inbox`: the webhook deliveries the hub keeps. */
export function inboxCommand(): Command {
  const inbox = new Command('inbox').description('look at webhook deliveries, and act on them again')
  inbox
    .command('list')
    .description('the newest deliveries')
    .option('--state <state>', 'only those that are waiting, done or dead')
    .option('--limit <number>', 'how many at the most', '20')
    .action(async ({ state, limit }: { state?: string; limit: string }) => {
      const query = new URLSearchParams({ limit, ...(state ? { state } : {}) })
      const { items } = await (await api()).ask('GET', `/api/inbox?${query}`, z.object({ items: z.array(entry) }))
      const rows = items.map(item => [
        item.id,
        item.receivedAt,
        `${item.adapter}/${item.channel}`,
        item.state,
        String(item.attempts),
        item.error ?? '',
      ])
      console.log(table(['id', 'received', 'from', 'state', 'tries', 'error'], rows))
    })
  inbox
    .command('show <id>')
    .description('one delivery, whole')
    .action(async (id: string) => {
      const { headers, body, ...facts } = await (await api()).ask('GET', `/api/inbox/${id}`, whole)
      const lines = [...Object.entries(facts), ...Object.entries(headers)].map(
        ([name, value]) => `${name}: ${value ?? ''}`,
      )
      console.log([...lines, '', body].join('\n'))
    })
  inbox
    .command('replay <id>')
    .description('act on a delivery again, as if it had just come')
    .action(async (id: string) => {
      await (await api()).ask('POST', `/api/inbox/${id}/replay`, z.object({ id: z.string() }))
      console.log(`${id} will be acted on again`)
    })
  return inbox
}

function api() {
  return localApi(readEnvironment().settings.DATA_DIR)
}
