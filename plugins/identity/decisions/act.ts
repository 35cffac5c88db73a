import { setTimeout as pause } from 'node:timers/promises'
import {
  Conflict,
  HubError,
  newId,
  type Audit,
  type Events,
  type Principal,
  type Store,
  type Tx,
} from '@switchboard/core'
import { closeMoot } from '../reviews/store.ts'
import { takeNews } from '../change-store.ts'
import { tryLock } from '../store.ts'
import { addLine, rowsOf, signLines, type LedgerLine, type Row } from './ledger.ts'
import { giveIds, restoreRedirects, restoreTimes, type Part } from './restore.ts'
import { lookAt, showChange, type Change, type View } from './show.ts'
import {
  addDecisions,
  liftDecisions,
  makeDirty,
  ownersOf,
  restoreDecisions,
  type DecisionIds,
  type NewDecision,
} from './store.ts'

/** What carrying out a decision takes. */
export interface ActNeeds {
  store: Store
  events: Events
  audit: Audit
  now(): Date
  /** Matches the records that are dirty, by the settings of the hub, as it always does. */
  match(tx: Tx, at: Date): Promise<'busy' | 'tooMuch' | object>
}

/** Who decides, why, and whether it is only to be shown what would happen. */
export interface Wish {
  by: Principal
  reason: string | null
  isDry: boolean
}

/** What is to be decided, and what must come of it. */
export interface Plan {
  /** As the audit log names it. */
  what: 'profile.merge' | 'profile.unmerge' | 'profile.keepApart' | 'profile.remerge' | 'review.answer'
  target: string
  /** The candidates of everybody concerned. */
  candidates: string[]
  make: NewDecision[]
  lift?: string[]
  restore?: string[]
  /** Who is to be found under which id in the end. */
  parts?: Part[]
  /** Profiles that are to be as they were, where they say the same again. */
  rows?: Row[]
  redirects?: Row[]
  /** A line of its own in the ledger, besides the merges and splits that come of it. */
  line?: Pick<LedgerLine, 'name' | 'profileId' | 'data'>
  /** Asked questions that it answers. */
  also?(tx: Tx, made: string[], at: Date): Promise<void>
}

/** What came of it, or would. */
export type Outcome = Change & { isDry: boolean; decisions: DecisionIds; ledgerId: string | null }

/** How long to wait for a match that is under way. */
const patienceMs = 5000
const betweenMs = 100

/**
 * Decides, matches everybody concerned anew, and writes ledger and audit log, all in one transaction; a dry run does the same and
 * takes it back. @throws Conflict when nothing can come of it, HubError unavailable while a long match is under way
 */
export async function carryOut(needs: ActNeeds, wish: Wish, plan: (tx: Tx) => Promise<Plan>): Promise<Outcome> {
  for (let waited = 0; waited <= patienceMs; waited += betweenMs) {
    const outcome = await attempt(needs, wish, plan)
    if (outcome !== 'busy') return outcome
    await pause(betweenMs)
  }
  throw new HubError('unavailable', 'records are being matched: try again when that is done')
}

/** Takes a dry run back, and carries what it would have done. */
class TakenBack extends Error {
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super('a dry run')
    this.outcome = outcome
  }
}

async function attempt(needs: ActNeeds, wish: Wish, plan: (tx: Tx) => Promise<Plan>): Promise<Outcome | 'busy'> {
  try {
    return await needs.store.transact(async tx => {
      if (!(await tryLock(tx))) return 'busy'
      const outcome = await decideAndMatch(tx, needs, wish, await plan(tx))
      if (wish.isDry && outcome !== 'busy') throw new TakenBack(outcome)
      return outcome
    })
  } catch (error) {
    if (error instanceof TakenBack) return error.outcome
    throw error
  }
}

async function decideAndMatch(tx: Tx, needs: ActNeeds, wish: Wish, plan: Plan): Promise<Outcome | 'busy'> {
  const [at, by] = [needs.now(), nameOf(wish.by)]
  const before = await lookAt(tx, plan.candidates, at)
  const rows = await rowsOf(tx, before.ids)
  const made = await addDecisions(tx, plan.make, { by, reason: wish.reason, at })
  const decisions = { made, lifted: plan.lift ?? [], restored: plan.restore ?? [] }
  await liftDecisions(tx, decisions.lifted, at)
  await restoreDecisions(tx, decisions.restored)
  await makeDirty(tx, plan.candidates)
  const matched = await needs.match(tx, at)
  if (matched === 'busy') return 'busy'
  if (matched === 'tooMuch') throw new Conflict('too many records are connected with these to decide this at once')
  await settle(tx, plan)
  await checkDecided(tx, plan.make)
  const after = await lookAt(tx, plan.candidates, at)
  await plan.also?.(tx, made, at)
  await closeMoot(tx, at)
  const ledgerId = await writeDown(tx, needs, { wish, plan, decisions, rows, at, before, after })
  await tell(tx, needs)
  return { ...showChange(before, after), isDry: wish.isDry, decisions, ledgerId }
}

async function settle(tx: Tx, { parts = [], rows = [], redirects = [] }: Plan): Promise<void> {
  await giveIds(tx, parts)
  await restoreTimes(tx, rows)
  await restoreRedirects(tx, redirects)
}

/** @throws Conflict when the match could not do what was decided: something stronger says otherwise */
async function checkDecided(tx: Tx, decided: readonly NewDecision[]): Promise<void> {
  for (const { kind, sides } of decided) {
    const owners = await ownersOf(tx, sides.flat())
    const found = sides.map(side => new Set(side.flatMap(candidate => owners.get(candidate) ?? [])))
    const all = new Set(found.flatMap(owner => [...owner]))
    const shared = [...all].filter(id => found.filter(owner => owner.has(id)).length > 1)
    if (kind === 'apart' && shared.length > 0)
      throw new Conflict('they could not be taken apart: the rest of their records hold them together')
    if (kind === 'together' && shared.length === 0)
      throw new Conflict(
        'they could not be made one: a record names them as two people, or an earlier decision keeps them apart',
      )
  }
}

interface Written {
  wish: Wish
  plan: Plan
  decisions: DecisionIds
  rows: Row[]
  at: Date
  before: View
  after: View
}

/** @returns the id of the line by which all of it can be undone; null when nobody's profile changed */
async function writeDown(tx: Tx, { audit }: ActNeeds, written: Written): Promise<string | null> {
  const { wish, plan, decisions, rows, at, before, after } = written
  const [by, reason] = [nameOf(wish.by), wish.reason]
  await signLines(tx, { by, reason, decisions })
  const { what, target, line } = plan
  await audit.record(tx, {
    ...{ by: wish.by, what, target, reason },
    before: { profiles: before.ids },
    after: { profiles: after.ids, decisions },
  })
  if (line) {
    const id = newId()
    await addLine(tx, { ...line, id, at, by, reason, undo: { rows, decisions } })
    return id
  }
  const [merged] = await tx.sql<{ id: string }>`
    select id from profile_history where not is_told and xmin = pg_current_xact_id()::xid and name = 'profile.merged'
    order by id desc limit 1`
  return merged?.id ?? null
}

/** Publishes what the match wrote down: the hub would only do so after its own next match. */
async function tell(tx: Tx, { events }: ActNeeds): Promise<void> {
  for (const { name, data } of await takeNews(tx, 500)) await events.publish(tx, name, data)
}

/** One name for whoever it is, such as `staff:0190…`. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'staff' ? `staff:${principal.staffId}` : `key:${principal.keyId}`
}

/** Whoever asks; every route of decisions needs a role, so there is somebody. */
export function deciding(principal: Principal | null): Principal {
  if (!principal) throw new HubError('unauthenticated', 'sign in to decide this')
  return principal
}
