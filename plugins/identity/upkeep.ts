import { setTimeout as pause } from 'node:timers/promises'
import { messageOf, second, type Evidence, type Hub, type Store } from '@switchboard/core'
import { loadEvidence } from './load-evidence.ts'
import { makeMatcher, type Matcher } from './match-in-worker.ts'
import { matchRecords, type MatchCounts, type MatchOutcome } from './match-records.ts'
import type { Memory } from './model-store.ts'
import type { IdentityOptions } from './settings.ts'
import { takeNews } from './change-store.ts'
import { waiting, type Scope } from './record-store.ts'

/** Records that come close together are matched together. */
const debounceMs = 250
/** More dirty records than this, or more people connected with them, are matched in a thread of their own. */
const mostRecords = 20
const mostCandidates = 200
/** How long to wait for somebody else's match, and after a failed one. */
const busyMs = 250
const failedMs = 5 * second
/** News told in one transaction. */
const newsAtOnce = 500

/** Keeps profiles up with the records. One match at a time. */
export interface Upkeep {
  /** Records changed: they are matched soon. */
  poke(): void
  /** Matches until no record waits, first everything where `scope` is not `dirty`. @throws what matching throws */
  settle(scope: Scope, signal?: AbortSignal): Promise<MatchCounts>
  /** Begins no new work, and leaves what runs: what was not written stays dirty. */
  stop(): Promise<void>
}

/** What upkeep is made of. */
export type UpkeepNeeds = Pick<Hub, 'store' | 'log' | 'now' | 'databaseUrl' | 'events'> & {
  /** Addresses of modules of evidence. */
  evidence?: readonly string[]
  /** Told when a match has changed something. */
  matched?(): void
}

/** Makes the upkeep of one process. Nothing runs until it is poked or asked to settle. */
export function makeUpkeep(needs: UpkeepNeeds, options: IdentityOptions): Upkeep {
  const stopping = new AbortController()
  const matcher = makeMatcher({ ...needs, options })
  const memory: Memory = {}
  let loading: Promise<Evidence[]> | null = null
  const plugged = (): Promise<Evidence[]> => (loading ??= loadEvidence(needs.evidence ?? []))
  let last: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | null = null

  const settle = (scope: Scope, signal: AbortSignal): Promise<MatchCounts> => {
    const next = last.then(() => settleNow({ ...needs, options, matcher, memory, plugged }, { scope, signal }))
    last = next.catch(() => {})
    return next
  }
  const pokeIn = (ms: number): void => {
    if (timer || stopping.signal.aborted) return
    timer = setTimeout(() => {
      timer = null
      settle('dirty', stopping.signal).catch(error => {
        if (stopping.signal.aborted) return
        needs.log.error({ error: messageOf(error) }, 'records could not be matched')
        pokeIn(failedMs)
      })
    }, ms)
  }
  return {
    poke: () => pokeIn(debounceMs),
    settle: (scope, signal) => settle(scope, signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal),
    stop: async () => {
      stopping.abort()
      if (timer) clearTimeout(timer)
      await last
      await matcher.close()
    },
  }
}

/** What matching needs, besides. */
type Means = UpkeepNeeds & {
  options: IdentityOptions
  matcher: Matcher
  memory: Memory
  plugged(): Promise<Evidence[]>
}

interface Turn {
  scope: Scope
  signal: AbortSignal
}

async function settleNow(needs: Means, turn: Turn): Promise<MatchCounts> {
  let total: MatchCounts | null = null
  let { scope } = turn
  await tellNews(needs)
  for (;;) {
    turn.signal.throwIfAborted()
    const dirty = await needs.store.read(tx => waiting(tx, mostRecords + 1))
    if (scope === 'dirty' && dirty === 0 && total) return total
    const outcome = await matchOnce(needs, { ...turn, scope }, dirty)
    if (typeof outcome === 'string') await pause(busyMs, undefined, { signal: turn.signal })
    else {
      total = total ? added(total, outcome) : outcome
      scope = 'dirty'
      if (outcome.changed + outcome.swept > 0) {
        needs.log.info(outcome, 'profiles matched')
        needs.matched?.()
      }
      await tellNews(needs)
    }
  }
}

/** Small matches run here, others in a thread of their own. */
async function matchOnce(needs: Means, { scope, signal }: Turn, dirty: number): Promise<MatchOutcome> {
  const { store, log, options, matcher, memory } = needs
  const evidence = await needs.plugged()
  const at = needs.now()
  if (scope === 'dirty' && dirty <= mostRecords) {
    const outcome = await store.transact(tx =>
      matchRecords(tx, { options, evidence, memory, scope, at, log, most: mostCandidates, signal }),
    )
    if (outcome !== 'tooMuch') return outcome
  }
  return matcher.match({ scope, at }, signal)
}

/** Publishes what matches have written down, also matches of a thread or of a process that died before it could. */
async function tellNews({ store, events }: { store: Store } & Pick<Hub, 'events'>): Promise<void> {
  for (let told = newsAtOnce; told === newsAtOnce;)
    told = await store.transact(async tx => {
      const news = await takeNews(tx, newsAtOnce)
      for (const { name, data } of news) await events.publish(tx, name, data)
      return news.length
    })
}

function added(one: MatchCounts, other: MatchCounts): MatchCounts {
  const sums = Object.entries(one).map(([key, count]) => [key, count + other[key as keyof MatchCounts]])
  return Object.fromEntries(sums) as MatchCounts
}
