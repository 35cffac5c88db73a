import t from 'tap'
import { people } from './engine/models/people.ts'
import { decideGenericKey } from './model-store.ts'
import { rebuild } from './rebuild/rebuild.ts'
import { identityOptions } from './settings.ts'
import {
  empty,
  match,
  membersIn,
  noon,
  profilesIn,
  put,
  quiet,
  settle,
  testStore,
  type TestRecord,
} from './test-records.ts'

const { store, url } = await testStore(t)
const options = identityOptions.parse({ model: people })
t.beforeEach(() => empty(store))

const email = 'smiths@x.example'
const jane = { firstName: 'Jane', lastName: 'Smith', email, phones: ['0412 345 678'] }
const peter = { firstName: 'Peter', lastName: 'Smith', email, phones: ['0412 345 678'] }
const visit: TestRecord = {
  externalId: 'visit',
  kind: 'appointment',
  people: [
    { role: 'primary', ...jane },
    { role: 'partner', ...peter },
  ],
}

t.test(
  'a couple with one email, one phone and one last name stays two, whichever way they come, and is a household',
  async t => {
    const whole = async (): Promise<void> =>
      void (await rebuild(store, { url, options, evidence: [], scope: 'anew', at: noon, log: quiet }))
    const bit = () => settle(store, { options })
    for (const [how, matched] of [
      ['rebuilt', whole],
      ['bit by bit', bit],
    ] as const) {
      await empty(store)
      await put(store, visit)
      await matched()
      await put(store, { externalId: 'his', people: [peter] })
      await matched()
      t.same(await membersIn(store), [['his/0', 'visit/1'], ['visit/0']], `${how}: one orders alone`)
      await put(store, { ...visit, people: [{ role: 'primary', ...jane, lastName: 'Smith-Jones' }, visit.people[1]!] })
      await matched()
      t.same(await membersIn(store), [['his/0', 'visit/1'], ['visit/0']], `${how}: one changes name`)
      t.same(
        await relations(),
        [
          { kind: 'partner', via: 'appointment' },
          { kind: 'shares_email', via: `email:${email}` },
          { kind: 'shares_phone', via: 'phone:+61412345678' },
        ],
        how,
      )
      await put(store, visit)
      await matched()
      t.same(
        (await relations()).map(({ kind }) => kind),
        ['partner', 'household', 'household'],
        how,
      )
    }
  },
)

t.test('relations follow whom a profile is merged into, and go with the contact', async t => {
  await put(store, visit, {
    externalId: 'work',
    people: [{ ...jane, email: 'jane@work.example', phones: ['0298765432'] }],
  })
  await settle(store, { options })
  await put(store, { externalId: 'bridge', people: [{ ...jane, email: 'jane@work.example' }] })
  await settle(store, { options })
  t.same(await strangers(), [], 'no relation of somebody who was merged')
  await put(store, {
    ...visit,
    people: [visit.people[0]!, { role: 'partner', ...peter, email: 'p@y.example', phones: [] }],
  })
  await settle(store, { options })
  t.same(await relations(), [{ kind: 'partner', via: 'appointment' }])
})

t.test('an order of an account that thousands use looks at no more than its share of them', async t => {
  const phones = ['0290000001']
  const staff = Array.from({ length: 1500 }, (_, at) => ({
    externalId: `g${at}`,
    people: [{ firstName: `Name${letters(at % 750)}`, lastName: 'Desk', email: 'desk@shop.example', phones }],
  }))
  await put(store, ...staff)
  await settle(store, { options })
  const before = (await profilesIn(store)).length
  await put(store, {
    externalId: 'more',
    people: [{ firstName: 'Nameb', lastName: 'Desk', email: 'desk@shop.example', phones }],
  })
  const { candidates } = await match(store, { options })
  t.ok(candidates <= 10, `${candidates} were looked at`)
  t.equal((await profilesIn(store)).length, before)
  t.match(await generic(), [{ key: 'email:desk@shop.example', signatures: 750, state: 'generic' }, { signatures: 750 }])
  t.same(await relations(), [], 'and makes no household of them')
})

t.test('somebody can say that a contact tells nobody apart, and that it does', async t => {
  await put(store, visit)
  await settle(store, { options })
  await store.transact(tx => decideGenericKey(tx, `email:${email}`, 'confirmed', { by: 'kim', at: noon }))
  await settle(store, { options })
  t.match(await generic(), [{ key: `email:${email}`, signatures: 2, state: 'confirmed' }])
  t.same(
    (await relations()).map(({ via }) => via),
    ['appointment', 'phone:+61412345678'],
  )
  await store.transact(tx => decideGenericKey(tx, `email:${email}`, 'lifted', { by: 'kim', at: noon }))
  await settle(store, { options })
  t.match(await generic(), [{ state: 'lifted' }])
  t.equal((await relations()).length, 3)
})

t.test('a "no" is remembered until one of the two says more, and no sooner', async t => {
  await put(store, visit)
  await settle(store, { options })
  const [no] = await noes()
  t.ok(no, 'they were nearly one')
  await put(
    store,
    { externalId: 'copy', people: [peter] },
    { externalId: 'else', people: [{ ...peter, firstName: 'Zoe', lastName: 'Quist', phones: [] }] },
  )
  await settle(store, { options })
  t.ok(
    (await noes()).some(one => one.evidence === no!.evidence),
    'the same again, and somebody else on the email, are no news',
  )
  await put(store, { externalId: 'new', people: [{ ...peter, email: 'peter@work.example' }] })
  await settle(store, { options })
  t.notOk(
    (await noes()).some(one => one.evidence === no!.evidence),
    'one of them says more',
  )
  // Two signatures stand for two people: which of his it is now does not matter.
  const anew = (await noes()).filter(({ a, b }) => [a, b].some(one => one === no!.a || one === no!.b))
  t.equal(anew.length, 1, 'and the same two people are weighed anew')
})

t.test('what an unverified caller typed joins nobody, and is shown beside whom it names', async t => {
  const other = { firstName: 'Rosa', lastName: 'Lind', email: 'rosa@x.example', phones: ['0298765432'] }
  await put(store, { externalId: 'a', people: [jane] }, { externalId: 'b', people: [other] })
  await put(
    store,
    { externalId: 'bridge', people: [{ ...jane, phones: other.phones, isUnverified: true }] },
    { externalId: 'named', people: [{ firstName: 'Rosa', phones: other.phones, isUnverified: true }] },
  )
  await settle(store, { options })
  t.same(await membersIn(store), [['a/0'], ['b/0', 'named/0']])
  t.match((await profilesIn(store))[1], { emails: ['rosa@x.example'], displayName: 'Rosa Lind' })
})

function relations(): Promise<{ kind: string; via: string }[]> {
  return store.read(tx => tx.sql<{ kind: string; via: string }>`select kind, via from profile_relation order by via`)
}

function strangers(): Promise<object[]> {
  return store.read(
    tx => tx.sql<object>`select via from profile_relation r join profile p on p.id in (r.profile_a, r.profile_b)
      where p.merged_into is not null`,
  )
}

function generic(): Promise<object[]> {
  return store.read(tx => tx.sql<object>`select key, signatures, state from generic_key order by key`)
}

function noes(): Promise<{ a: string; b: string; evidence: string }[]> {
  return store.read(
    tx =>
      tx.sql<{
        a: string
        b: string
        evidence: string
      }>`select a, b, evidence from profile_merge_rejection order by a, b`,
  )
}

/** A number as letters: names have no digits. */
function letters(number: number): string {
  return [...String(number)].map(digit => 'abcdefghij'[Number(digit)]).join('')
}
