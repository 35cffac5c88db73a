import type { PullResult } from '../ports/plugin.ts'
import type { Store, Tx } from '../ports/store.ts'
import { standingAlerts } from '../store/alerts.ts'

/** How the reading of a source goes. Times are the hub's. */
export interface SourceState {
  name: string
  /** Whether somebody, in any instance, reads it now. */
  isReading: boolean
  /** How far the present read is; null when there is none. */
  progress: { rows: number; total: number | null; startedAt: Date; from: string } | null
  lastStartedAt: Date | null
  /** When the last read that came to its end ended. */
  lastSuccessAt: Date | null
  /** How long ago the last read that came to its end began: nothing older can be missing. */
  lagSeconds: number | null
  /** What the last read that came to its end did. */
  lastResult: (PullResult & { tookMs: number }) | null
  /** Rows we have, the deleted ones not counted. */
  records: number
  /** Rows kept aside because they could not be read. */
  unreadable: number
  /** Why the last read failed; null when it did not. */
  error: string | null
  errorAt: Date | null
  /** The vendor's time of the newest change we have. */
  newestAt: Date | null
  lastWebhookAt: Date | null
  /** Reading finds changes, again and again, that no webhook told of. */
  isSilent: boolean
  /** How many changes no webhook told of, since the last webhook. */
  unannounced: number
  /** The vendor's clock minus ours; null when it does not tell the time. */
  skewMs: number | null
  alerts: { key: string; message: string; since: Date }[]
}

/** After so many reads in a row that found what no webhook had told, the webhooks are silent. */
const silentAfterPulls = 2

/** A read begins. */
export function pullStarted(tx: Tx, name: string, from: string, now: Date): Promise<unknown> {
  return tx.sql`
    insert into source_state (name, started_at, started_from) values (${name}, ${now}, ${from})
    on conflict (name) do update set started_at = excluded.started_at, started_from = excluded.started_from,
      pages = 0, rows = 0, changed = 0, unreadable = 0, total = null`
}

/** What one page brought. */
export interface PageNews {
  rows: number
  changed: number
  unreadable: number
  /** Changed rows that a webhook should have told of by now. */
  unannounced: number
  total: number | null
  newestAt: Date | null
}

/** A page was stored. */
export function pageStored(tx: Tx, name: string, page: PageNews): Promise<unknown> {
  return tx.sql`
    update source_state set pages = pages + 1, rows = rows + ${page.rows}, changed = changed + ${page.changed},
      unreadable = unreadable + ${page.unreadable}, total = coalesce(${page.total}::int, total),
      newest_at = greatest(newest_at, ${page.newestAt}::timestamptz), unannounced = unannounced + ${page.unannounced}
    where name = ${name}`
}

/** A read came to its end. `unannounced`: changes that it found and no webhook had told of. */
export function pullSucceeded(
  tx: Tx,
  name: string,
  { startedAt, now, unannounced }: { startedAt: Date; now: Date; unannounced: number },
): Promise<unknown> {
  return tx.sql`
    update source_state set succeeded_at = ${now}, complete_to = ${startedAt}, error = null, error_at = null,
      took_ms = ${now.getTime() - startedAt.getTime()},
      unannounced_pulls = case when ${unannounced}::int > 0 then unannounced_pulls + 1 else unannounced_pulls end
    where name = ${name}`
}

/** A read failed. */
export function pullFailed(tx: Tx, name: string, error: string, now: Date): Promise<unknown> {
  return tx.sql`update source_state set error = ${error}, error_at = ${now} where name = ${name}`
}

/** A webhook told of a row: its vendor is not silent. */
export function heardFrom(tx: Tx, name: string, now: Date): Promise<unknown> {
  return tx.sql`
    insert into source_state (name, webhook_at) values (${name}, ${now})
    on conflict (name) do update set webhook_at = excluded.webhook_at, unannounced = 0, unannounced_pulls = 0`
}

/** The vendor answered when asked how it is. */
export function clockSeen(tx: Tx, name: string, skewMs: number | null, now: Date): Promise<unknown> {
  return tx.sql`
    insert into source_state (name, skew_ms, asked_at) values (${name}, ${skewMs}, ${now})
    on conflict (name) do update set skew_ms = excluded.skew_ms, asked_at = excluded.asked_at`
}

/** What a read that begins must know of the last one. */
export interface LastRead {
  /** When the last one that came to its end began. */
  completeTo: Date | null
  /** What the last one was to read: `on`, `full` or a time. */
  from: string | null
  /** The last one did not come to its end. */
  isUnfinished: boolean
}

/** The last read of a source. */
export async function lastRead(tx: Tx, name: string): Promise<LastRead> {
  const rows = await tx.sql<LastRead>`
    select complete_to as "completeTo", started_from as "from",
      started_at is distinct from complete_to as "isUnfinished" from source_state where name = ${name}`
  return rows[0] ?? { completeTo: null, from: null, isUnfinished: false }
}

/** Whether the webhooks of a source are silent. */
export async function isSilent(tx: Tx, name: string): Promise<boolean> {
  const rows = await tx.sql<{ is: boolean }>`
    select unannounced_pulls >= ${silentAfterPulls} as "is" from source_state where name = ${name}`
  return rows[0]?.is === true
}

interface StateRow {
  name: string
  started_at: Date | null
  started_from: string | null
  succeeded_at: Date | null
  complete_to: Date | null
  pages: number
  rows: number
  changed: number
  unreadable: number
  total: number | null
  took_ms: number | null
  error: string | null
  error_at: Date | null
  newest_at: Date | null
  webhook_at: Date | null
  unannounced: number
  unannounced_pulls: number
  skew_ms: number | null
  records: number
  kept_aside: number
  is_reading: boolean
}

/** How the reading of these sources goes, in their order. */
export async function sourceStates(store: Store, names: readonly string[], now: Date): Promise<SourceState[]> {
  const rows = await store.read(
    tx => tx.sql<StateRow>`
      select source.name, state.started_at, state.started_from, state.succeeded_at, state.complete_to,
        coalesce(state.pages, 0) as pages, coalesce(state.rows, 0) as rows, coalesce(state.changed, 0) as changed,
        coalesce(state.unreadable, 0) as unreadable, state.total, state.took_ms, state.error, state.error_at, state.newest_at,
        state.webhook_at, coalesce(state.unannounced, 0) as unannounced, coalesce(state.unannounced_pulls, 0) as unannounced_pulls,
        state.skew_ms,
        (select count(*)::int from source_record where source_record.source = source.name and deleted_at is null) as records,
        (select count(*)::int from source_unreadable where source_unreadable.source = source.name) as kept_aside,
        exists (select from lease where lease.name = 'pull:' || source.name and held_until >= ${now}) as is_reading
      from unnest(${names as string[]}::text[]) with ordinality source (name, place)
      left join source_state state on state.name = source.name order by place`,
  )
  const alerts = await standingAlerts(store)
  return rows.map(row => stateOf(row, alerts, now))
}

/** How far the present read is, or what the last one did. */
function readingOf(row: StateRow): Pick<SourceState, 'progress' | 'lastResult'> {
  const { started_at: startedAt, pages, rows, changed, unreadable, took_ms: tookMs, total } = row
  if (!startedAt) return { progress: null, lastResult: null }
  if (row.complete_to?.getTime() === startedAt.getTime())
    return { progress: null, lastResult: tookMs === null ? null : { pages, rows, changed, unreadable, tookMs } }
  const progress = { rows, total, startedAt, from: row.started_from ?? 'on' }
  return { progress: row.is_reading ? progress : null, lastResult: null }
}

function stateOf(row: StateRow, alerts: Awaited<ReturnType<typeof standingAlerts>>, now: Date): SourceState {
  const { name, started_at: startedAt } = row
  return {
    name,
    isReading: row.is_reading,
    ...readingOf(row),
    lastStartedAt: startedAt,
    lastSuccessAt: row.succeeded_at,
    lagSeconds: row.complete_to && Math.max(0, Math.round((now.getTime() - row.complete_to.getTime()) / 1000)),
    records: row.records,
    unreadable: row.kept_aside,
    error: row.error,
    errorAt: row.error_at,
    newestAt: row.newest_at,
    lastWebhookAt: row.webhook_at,
    isSilent: row.unannounced_pulls >= silentAfterPulls,
    unannounced: row.unannounced,
    skewMs: row.skew_ms,
    alerts: alerts.filter(({ part }) => part === name).map(({ key, message, since }) => ({ key, message, since })),
  }
}
