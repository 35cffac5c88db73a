import { z } from 'zod'
import { Conflict, messageOf, NotFound } from '../model/errors.ts'
import type { Log } from '../ports/kit.ts'
import type { PullWish, PullResult, Route } from '../ports/plugin.ts'
import type { SourcePort } from '../ports/source.ts'
import type { Store } from '../ports/store.ts'
import { sourceStates, type SourceState } from '../sync/source-state.ts'
import { route } from './define.ts'

/** What the routes of sources look at. */
export interface SourceRoutesSettings {
  store: Store
  log: Log
  now(): Date
  sources(): ReadonlyMap<string, SourcePort>
  pull(source: string, wish: PullWish): Promise<PullResult>
}

const counts = z.object({ pages: z.int(), rows: z.int(), changed: z.int(), unreadable: z.int() })

/** How the reading of a source goes, as the API tells it. */
export const sourceStateSchema = z.object({
  name: z.string(),
  isReading: z.boolean(),
  progress: z.object({ rows: z.int(), total: z.int().nullable(), startedAt: z.date(), from: z.string() }).nullable(),
  lastStartedAt: z.date().nullable(),
  lastSuccessAt: z.date().nullable(),
  lagSeconds: z.int().nullable(),
  lastResult: counts.extend({ tookMs: z.int() }).nullable(),
  records: z.int(),
  unreadable: z.int(),
  error: z.string().nullable(),
  errorAt: z.date().nullable(),
  newestAt: z.date().nullable(),
  lastWebhookAt: z.date().nullable(),
  isSilent: z.boolean(),
  unannounced: z.int(),
  skewMs: z.int().nullable(),
  alerts: z.array(z.object({ key: z.string(), message: z.string(), since: z.date() })),
}) satisfies z.ZodType<SourceState>

const byName = z.object({ name: z.string() })

/** How long whoever asks for a read waits to learn that it cannot begin. */
const firstWordMs = 250

/** The routes of whoever looks after sources: how each is, and to read one now. */
export function sourceRoutes(settings: SourceRoutesSettings): Route[] {
  const { store, now, sources } = settings
  const stateOf = async (name: string): Promise<SourceState> => {
    const names = [...sources().keys()]
    const [state] = names.includes(name) ? await sourceStates(store, [name], now()) : []
    if (!state) throw new NotFound(`source ${name}`, { at: `known: ${names.join(', ')}` })
    return state
  }
  return [
    route({
      method: 'GET',
      path: '/api/sources',
      summary: 'Every source: how far it is read, what is wrong with it',
      access: 'viewer',
      answer: z.object({ sources: z.array(sourceStateSchema) }),
      handle: async () => ({ sources: await sourceStates(store, [...sources().keys()], now()) }),
    }),
    route({
      method: 'GET',
      path: '/api/sources/:name',
      summary: 'One source',
      access: 'viewer',
      params: byName,
      answer: sourceStateSchema,
      handle: ({ params }) => stateOf(params.name),
    }),
    route({
      method: 'POST',
      path: '/api/sources/:name/sync',
      summary: 'Read a source now: on from where it was read, from a time, or everything',
      access: 'admin',
      params: byName,
      body: z.object({ from: z.union([z.literal('full'), z.iso.datetime({ offset: true })]).optional() }).optional(),
      answer: sourceStateSchema,
      status: 202,
      handle: async ({ params: { name }, body }) => {
        await stateOf(name)
        await begun(settings, name, body?.from)
        return stateOf(name)
      },
    }),
  ]
}

/** Begins a read, which goes on when this returns. @throws what it failed with at once, such as Conflict */
async function begun({ pull, log }: SourceRoutesSettings, name: string, from: string | undefined): Promise<void> {
  const wish: PullWish = from === undefined ? {} : { from: from === 'full' ? from : new Date(from) }
  let isBegun = false
  const reading = pull(name, wish).catch((error: unknown) => {
    if (!isBegun) throw error
    // The state of the source tells it too; a conflict is another's read.
    if (!(error instanceof Conflict)) log.error({ source: name, error: messageOf(error) }, 'source could not be read')
  })
  await Promise.race([reading, new Promise(resolve => setTimeout(resolve, firstWordMs))])
  isBegun = true
}
