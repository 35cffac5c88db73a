import { Conflict, HubError, NotFound, route, z, type Route, type Tx } from '@switchboard/core'
import { carryOut, deciding, nameOf, type ActNeeds, type Outcome } from '../decisions/act.ts'
import { actNeeds, type DecidingHub } from '../decisions/routes.ts'
import { ChangeShown } from '../decisions/show.ts'
import { findProfile } from '../profile-store.ts'
import type { IdentityOptions } from '../settings.ts'
import { bitsAt, probabilityAt } from '../why/bits.ts'
import { showComparison } from '../why/comparison.ts'
import { ComparisonShown } from '../why/show.ts'
import { loadNodes } from '../why/store.ts'
import { planAnswer, type Answer } from './answer.ts'
import { qualityOf } from './estimate.ts'
import {
  countPairs,
  findReview,
  likeIds,
  listGroups,
  listReviews,
  type Side,
  type StoredReview,
} from './queue-store.ts'
import { openReview } from './store.ts'

/** So many questions of one pattern are answered at once. */
const mostAlike = 50

const SideShown = z.object({
  profileId: z.string().nullable(),
  name: z.string(),
  source: z.string(),
  externalId: z.string(),
})
const ReviewShown = z.object({
  id: z.string(),
  kind: z.enum(['near', 'doubted', 'either', 'no-challenged', 'asked']),
  because: z.string(),
  pattern: z.string(),
  weight: z.number().nullable(),
  probability: z.number().nullable(),
  records: z.int(),
  gain: z.number(),
  a: SideShown.nullable(),
  b: SideShown.nullable(),
  by: z.string().nullable(),
  openedAt: z.date(),
  closedAt: z.date().nullable(),
  answer: z.enum(['yes', 'no', 'apart', 'moot']).nullable(),
  answeredBy: z.string().nullable(),
  reason: z.string().nullable(),
})
const GroupShown = z.object({ pattern: z.string(), questions: z.int(), records: z.int(), gain: z.number() })
const EstimateShown = z.object({ value: z.number(), low: z.number(), high: z.number() })
const counts = { from: z.number(), pairs: z.int(), asked: z.int(), yes: z.int(), expected: z.number() }
const QualityShown = z.object({
  asked: z.int(),
  threshold: z.object({ probability: z.number(), bits: z.number() }),
  precision: EstimateShown,
  recall: EstimateShown,
  bands: z.array(EstimateShown.extend(counts)),
  suggested: z.object({ bits: z.number(), probability: z.number(), because: z.string() }).nullable(),
})
const OneReview = z.object({ id: z.uuid() })
const reason = z.string().trim().min(1).max(500).optional()

/** The questions to people: are these two one? */
export function reviewRoutes(hub: DecidingHub, options: IdentityOptions): Route[] {
  const needs = actNeeds(hub, options)
  return [listRoute(hub), estimateRoute(hub, options), oneRoute(hub, options), askRoute(hub), answerRoute(needs)]
}

function listRoute({ store }: DecidingHub): Route {
  return route({
    method: 'GET',
    path: '/api/reviews',
    summary: 'Questions, those with most to gain first, and the patterns that one answer settles',
    access: 'agent',
    query: z.object({
      state: z.enum(['open', 'closed']).default('open'),
      pattern: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.string().optional(),
    }),
    answer: z.object({ items: z.array(ReviewShown), groups: z.array(GroupShown), cursor: z.string().nullable() }),
    handle: async ({ query: { state, pattern = null, limit, cursor } }) => {
      const after = cursor === undefined ? null : fromCursor(cursor)
      return store.read(async tx => {
        const found = await listReviews(tx, { isOpen: state === 'open', pattern, after, limit: limit + 1 })
        const items = found.slice(0, limit)
        const last = found.length > limit ? items.at(-1) : undefined
        return { items: items.map(showReview), groups: await listGroups(tx, 20), cursor: last ? toCursor(last) : null }
      })
    },
  })
}

function estimateRoute({ store }: DecidingHub, { model }: IdentityOptions): Route {
  return route({
    method: 'GET',
    path: '/api/reviews/estimate',
    summary:
      'How good the matching is by the answers: precision and recall with 95 % intervals, and what threshold they suggest',
    access: 'agent',
    answer: QualityShown,
    handle: async () => {
      const bits = bitsAt(model.threshold)
      const { suggested, ...quality } = qualityOf(await store.read(countPairs), bits)
      return {
        ...quality,
        threshold: { probability: model.threshold, bits },
        suggested: suggested && { ...suggested, probability: probabilityAt(suggested.bits) },
      }
    },
  })
}

function oneRoute({ store }: DecidingHub, { model }: IdentityOptions): Route {
  return route({
    method: 'GET',
    path: '/api/reviews/:id',
    summary: 'A question with its comparison, field by field',
    access: 'agent',
    params: OneReview,
    answer: ReviewShown.extend({ comparison: ComparisonShown.nullable() }),
    handle: async ({ params }) => {
      const review = await store.read(tx => findReview(tx, params.id))
      if (!review) throw new NotFound(`review ${params.id}`)
      const { a, b, weight, levels } = review
      const threshold = bitsAt(model.threshold)
      const comparison = weight === null ? null : showComparison({ a, b, weight, shares: levels, threshold })
      return { ...showReview(review), comparison }
    },
  })
}

function askRoute({ store, now, audit }: DecidingHub): Route {
  return route({
    method: 'POST',
    path: '/api/reviews',
    summary:
      'Ask whether two people are one, or whether one is two people when a and b are two of their records’ profiles',
    access: 'agent',
    body: z.strictObject({ a: z.uuid(), b: z.uuid(), because: z.string().trim().min(1).max(500) }),
    answer: ReviewShown,
    status: 201,
    handle: ({ body, principal }) =>
      store.transact(async tx => {
        const [a, b] = [await nodeOf(tx, body.a), await nodeOf(tx, body.b)]
        if (a.profileId === b.profileId) throw new Conflict('these are one person: un-merge them if they should not be')
        const by = deciding(principal)
        const id = await openReview(tx, {
          ...{ kind: 'asked', a: a.candidateId, b: b.candidateId, because: body.because, weight: null, levels: [] },
          ...{ records: Math.min(a.records, b.records), at: now(), by: nameOf(by) },
        })
        if (id === null) throw new Conflict('this was asked before, or somebody decided it')
        await audit.record(tx, { by, what: 'review.ask', target: `review:${id}`, after: { a: body.a, b: body.b } })
        return showReview((await findReview(tx, id))!)
      }),
  })
}

function answerRoute(needs: ActNeeds): Route {
  return route({
    method: 'POST',
    path: '/api/reviews/:id',
    summary:
      'Answer a question, or all of its pattern: one person, not by what these say, or two people whatever comes',
    access: 'manager',
    params: OneReview,
    body: z.strictObject({
      answer: z.enum(['yes', 'no', 'apart']),
      all: z.boolean().default(false).meta({ description: 'Also every other open question of the same pattern.' }),
      dryRun: z.boolean().default(false),
      reason,
    }),
    answer: z.object({ answered: z.int(), changes: z.array(ChangeShown) }),
    handle: async ({ params, body: { answer, all, dryRun, reason = null }, principal }) => {
      const wish = { by: deciding(principal), isDry: dryRun, reason }
      const changes = await answerAll(needs, wish, { ids: await idsOf(needs, params.id, all), answer })
      return { answered: changes.length, changes }
    },
  })
}

/** Each on its own, so that each can be undone on its own. The others' questions may become moot on the way. */
async function answerAll(
  needs: ActNeeds,
  wish: Parameters<typeof carryOut>[1],
  { ids, answer }: { ids: string[]; answer: Answer },
): Promise<Outcome[]> {
  const how = { answer, by: nameOf(wish.by), reason: wish.reason }
  const changes: Outcome[] = []
  for (const [at, id] of ids.entries())
    try {
      changes.push(await carryOut(needs, wish, tx => planAnswer(tx, id, how)))
    } catch (error) {
      if (at === 0 || !(error instanceof Conflict)) throw error
    }
  return changes
}

function idsOf({ store }: ActNeeds, id: string, isForAll: boolean): Promise<string[]> {
  return store.read(async tx => {
    const review = await findReview(tx, id)
    if (!review) throw new NotFound(`review ${id}`)
    const others = isForAll ? await likeIds(tx, review.pattern, mostAlike) : []
    return [id, ...others.filter(other => other !== id)]
  })
}

async function nodeOf(tx: Tx, id: string) {
  const profile = await findProfile(tx, id)
  const [node] = profile ? await loadNodes(tx, profile.id) : []
  if (!profile || !node) throw new NotFound(`profile ${id}`)
  return { ...node, profileId: profile.id }
}

function showReview({ levels: _, a, b, weight, ...review }: StoredReview): z.output<typeof ReviewShown> {
  const side = (one: Side | null) =>
    one && { profileId: one.profileId, name: one.name, source: one.source, externalId: one.externalId }
  const probability = weight === null ? null : probabilityAt(weight)
  return { ...review, weight, probability, a: side(a), b: side(b) } as z.output<typeof ReviewShown>
}

function toCursor({ gain, id }: StoredReview): string {
  return Buffer.from(JSON.stringify([gain, id])).toString('base64url')
}

const Cursor = z.tuple([z.number(), z.uuid()])

function fromCursor(cursor: string): { gain: number; id: string } {
  try {
    const [gain, id] = Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { gain, id }
  } catch {
    throw new HubError('bad_request', 'the cursor is none that this list gave out')
  }
}
