import {
  HubError,
  NotFound,
  route,
  z,
  type Hub,
  type Reachable,
  type Route,
  type Timeline,
  type TimelineItem,
  type Tx,
} from '@switchboard/core'
import { loadMembers, findProfile, type StoredMember } from './profile-store.ts'

const Shown = z.object({
  kind: z.string(),
  id: z.string(),
  at: z.date(),
  summary: z.string(),
  data: z.unknown(),
})

/** More records of one person than this are not looked through. */
const mostRecords = 500

/** Everything that happened with a person, of all parts that know something, newest first. */
export function timelineRoute({ store, timelines }: Pick<Hub, 'store' | 'timelines'>): Route {
  return route({
    method: 'GET',
    path: '/api/profiles/:id/timeline',
    summary: 'What happened with a person: orders, bookings, calls, messages; newest first',
    access: 'agent',
    params: z.object({ id: z.uuid() }),
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().optional(),
    }),
    answer: z.object({ items: z.array(Shown), cursor: z.string().nullable() }),
    handle: ({ params, query: { limit, cursor } }) =>
      store.read(async tx => {
        const person = await reachOf(tx, params.id)
        const place = placeOf(cursor)
        const about = { ...person, before: place?.before ?? null, limit: limit + 1 + (place?.seen.length ?? 0) }
        const lists = await all([...timelines().values(), records], tx, about)
        const fresh = lists
          .flat()
          .filter(item => !place?.seen.includes(item.id))
          .toSorted((one, other) => latestFirst(one.at, other.at) || (one.id < other.id ? 1 : -1))
        const items = fresh.slice(0, limit)
        return { items, cursor: fresh.length > limit ? cursorAfter(items, place) : null }
      }),
  })
}

function latestFirst(one: Date, other: Date): number {
  return other.getTime() - one.getTime()
}

async function all(known: readonly Timeline[], tx: Tx, about: Parameters<Timeline>[1]): Promise<TimelineItem[][]> {
  const lists: TimelineItem[][] = []
  for (const timeline of known) lists.push(await timeline(tx, about))
  return lists
}

async function reachOf(tx: Tx, id: string): Promise<Reachable> {
  const profile = await findProfile(tx, id)
  if (!profile) throw new NotFound(`profile ${id}`)
  const { displayName, phones, emails } = profile
  return { profileId: profile.id, displayName, phones, emails }
}

/** Each record once, also when it names the person twice. */
const records: Timeline = async (tx, { profileId, before, limit }) => {
  const members = await loadMembers(tx, profileId as never, mostRecords)
  const distinct = [...new Map(members.map(member => [member.recordId, member])).values()]
  return distinct
    .filter(({ happenedAt }) => before === null || happenedAt < before)
    .toSorted((one, other) => latestFirst(one.happenedAt, other.happenedAt) || (one.recordId < other.recordId ? 1 : -1))
    .slice(0, limit)
    .map(member => ({
      kind: member.kind,
      id: member.recordId,
      at: member.happenedAt,
      summary: summaryOf(member),
      data: { source: member.source, externalId: member.externalId, facts: member.facts },
    }))
}

const Facts = z.object({ number: z.string(), title: z.string(), status: z.string() }).partial()

function summaryOf({ kind, source, externalId, facts }: StoredMember): string {
  const { number, title, status } = Facts.safeParse(facts).data ?? {}
  const what = title ?? (kind === 'order' ? `Order ${number ?? externalId}` : `${kind} ${externalId}`)
  return [what, status, `(${source})`].filter(Boolean).join(' ')
}

/** Several things may have happened at the moment of the last one: those of them that were shown are named. */
function cursorAfter(items: readonly TimelineItem[], place: z.output<typeof Place> | null): string {
  const before = items.at(-1)!.at.getTime() + 1
  const now = items.filter(({ at }) => at.getTime() === before - 1).map(({ id }) => id)
  const earlier = place?.before.getTime() === before ? place.seen : []
  return Buffer.from(JSON.stringify({ before, seen: [...earlier, ...now] })).toString('base64url')
}

const Place = z.object({ before: z.int().transform(ms => new Date(ms)), seen: z.array(z.string()) })

function placeOf(cursor: string | undefined): z.output<typeof Place> | null {
  if (cursor === undefined) return null
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch (cause) {
    throw new HubError('bad_request', 'the cursor is none that this list gave out', { cause })
  }
}
