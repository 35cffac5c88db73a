import fc from 'fast-check'
import type { Person } from '@switchboard/core'
import type { OpenStore } from '@switchboard/core/store'
import { addDecisions, liftDecisions, makeDirty } from './decisions/store.ts'
import { keepLearned, loadLearned, type Learned } from './model-store.ts'
import type { IdentityOptions } from './settings.ts'
import { empty, match, noon, put, result, settle, type TestRecord } from './test-records.ts'

const maybe = (...values: string[]) => fc.constantFrom(null, ...values)

const person: fc.Arbitrary<Partial<Person>> = fc.record({
  firstName: maybe('Ann', 'Annie', 'Bob', 'Cyrus', 'B'),
  lastName: maybe('Smith', 'Smyth', 'Lee'),
  email: maybe('a@x.example', 'A+tag@x.example', 'b@x.example', 'c@x.example', 'd@x.example'),
  phones: fc.uniqueArray(fc.constantFrom('0412 345 678', '+61412345678', '0412345679', '0412345670', '0412345671'), {
    maxLength: 2,
  }),
  isUnverified: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

/** A record of one person or two, who have few names and contacts between them all. */
export const record: fc.Arbitrary<TestRecord> = fc
  .oneof(
    fc.record({ people: fc.array(person, { minLength: 1, maxLength: 2 }) }),
    fc.tuple(person, person).map(([one, other]) => ({
      kind: 'appointment' as const,
      people: [
        { role: 'primary' as const, ...one },
        { role: 'partner' as const, ...other },
      ],
    })),
  )
  .chain(rest =>
    fc
      .record({
        externalId: fc.constantFrom(...'abcdefghijklmnop'),
        updatedAt: fc.nat(1000).map(days => new Date(noon.getTime() - days * 24 * 60 * 60 * 1000)),
        deletedAt: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(noon) }),
      })
      .map(head => ({ ...rest, ...head })),
  )

/** Records that come together, or something that somebody decides. */
export type Act = { put: TestRecord[] } | { decide: 'apart' | 'together'; who: [number, number] } | { lift: number }

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ put: fc.array(record, { minLength: 1, maxLength: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      decide: fc.constantFrom('apart' as const, 'together' as const),
      who: fc.tuple(fc.nat(30), fc.nat(30)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ lift: fc.nat(5) }) },
)
/** What comes one after another. */
export const acts = fc.array(act, { minLength: 1, maxLength: 7 })

const ann = { firstName: 'Ann', email: 'a@x.example' }
const shared = ['Ann', 'Bob', 'Cyrus', 'Dora', 'Ewan'].map((firstName, at) => ({
  externalId: String(at),
  people: [{ firstName, lastName: 'Smith', email: 'd@x.example', phones: [`041234567${at}`] }],
}))

const typed: Partial<Person>[] = [
  { role: 'primary', email: 'd@x.example', isUnverified: true },
  { role: 'partner', phones: ['0412345670'] },
]

/** What comes in cases that chance seldom finds, by what is to be so. */
export const particular: Readonly<Record<string, readonly Act[]>> = {
  'who typed the contact of one person is beside them': [
    { put: [{ externalId: 'a', people: [ann] }] },
    { put: [{ externalId: 'typed', people: [{ email: 'a@x.example', isUnverified: true }] }] },
  ],
  'who typed a contact of many is nobody of them, also where only some of these are looked at': [
    { put: [...shared, { externalId: 'weak', people: [{ email: 'd@x.example' }] }] },
    { put: [{ externalId: 'typed', kind: 'appointment', people: typed }] },
    { put: [{ externalId: 'weak', people: [{}] }] },
  ],
  'who is not Ann is nobody else of that name, who comes later': [
    { put: [{ externalId: 'a', people: [ann] }] },
    { put: [{ externalId: 'k', people: [{ lastName: 'Smyth', email: 'b@x.example' }] }] },
    { decide: 'apart', who: [0, 1] },
    { put: [{ externalId: 'p', people: [{ firstName: 'Ann', lastName: 'Smyth', email: 'b@x.example' }] }] },
  ],
  'who no longer has a contact of many is no longer counted, though somebody decided about them': [
    { put: shared },
    { decide: 'together', who: [0, 3] },
    { put: [{ externalId: '0', people: [{ firstName: 'Ann', email: 'e@x.example', isUnverified: true }] }] },
  ],
  'who was said to be one with somebody is still somebody when the other is gone': [
    { put: [...shared.slice(1), { externalId: 'j', people: [{ ...ann, email: 'e@x.example' }] }, shared[0]!] },
    { decide: 'together', who: [0, 4] },
    { put: [{ externalId: 'j', people: [ann], deletedAt: noon }] },
  ],
  'a couple who say the same count once': [
    { put: shared.slice(1) },
    { put: [{ ...shared[0]!, kind: 'appointment', people: couple({ email: 'd@x.example', phones: ['0412345679'] }) }] },
  ],
}

function couple(said: Partial<Person>): Partial<Person>[] {
  return [
    { role: 'primary', ...said },
    { role: 'partner', ...said },
  ]
}

/** Does it, without matching. */
async function carryOut(store: OpenStore, act: Act): Promise<void> {
  if ('put' in act) return put(store, ...act.put)
  await store.transact(async tx => {
    if ('lift' in act) {
      const made = await tx.sql<{ id: string }>`select id from decision where lifted_at is null order by id`
      const ids = made.slice(act.lift, act.lift + 1).map(({ id }) => id)
      const sides = await tx.sql<{ id: string }>`
        select c.id from decision_side s join candidate c using (record_id, position) where s.decision_id = any(${ids}::uuid[])`
      await liftDecisions(tx, ids, noon)
      return makeDirty(
        tx,
        sides.map(({ id }) => id),
      )
    }
    const all = await tx.sql<{ id: string }>`select id from candidate order by record_id, position`
    const [one, other] = act.who.map(at => all[at % Math.max(1, all.length)]?.id)
    if (!one || !other || one === other) return
    await addDecisions(tx, [{ kind: act.decide, sides: [[one], [other]] }], { by: 'test', reason: null, at: noon })
    await makeDirty(tx, [one, other])
  })
}

/** What a beginning is judged by, and how what follows is matched. */
export interface Judging {
  learned: Learned
  options: IdentityOptions
}

/** What comes of acts that are matched one after another, from nothing. */
export async function bitByBit(
  store: OpenStore,
  acts: readonly Act[],
  { learned, options }: Judging,
): Promise<Awaited<ReturnType<typeof result>>> {
  await beginWith(store, learned)
  for (const act of acts) {
    await carryOut(store, act)
    await settle(store, { options })
  }
  return result(store)
}

/** The last state of each record. */
export function lastOf(records: TestRecord[]): TestRecord[] {
  return [...new Map(records.map(record => [record.externalId, record])).values()]
}

/** Begins anew, judging by what was learned. */
export async function beginWith(store: OpenStore, learned: Learned): Promise<void> {
  await empty(store)
  await store.transact(tx => keepLearned(tx, learned, noon))
}

/** What everything is judged by: learned once, so that all runs are judged alike. */
export async function learnedFrom(store: OpenStore, options: IdentityOptions): Promise<Learned> {
  await put(
    store,
    ...fc.sample(record, { numRuns: 40, seed: 7 }).map((one, at) => ({ ...one, externalId: String(at) })),
  )
  await match(store, { options })
  const learned = await store.read(tx => loadLearned(tx, {}))
  return { ...learned!, records: 1_000_000 }
}
