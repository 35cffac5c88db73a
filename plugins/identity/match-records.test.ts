import t from 'tap'
import { reference } from './engine/models/reference.ts'
import { matchRecords } from './match-records.ts'
import { identityOptions } from './settings.ts'
import { empty, match, membersIn, noon, parkedIn, profilesIn, put, quiet, testStore } from './test-records.ts'

const { store } = await testStore(t)
t.beforeEach(() => empty(store))

const day = 24 * 60 * 60 * 1000
const jane = { firstName: 'Jane', lastName: 'Smith', email: 'Jane.Smith@gmail.com', phones: ['0412 345 678'] }
const john = { firstName: 'John', lastName: 'Smith', email: 'Jane.Smith@gmail.com', phones: ['0498 765 432'] }

t.test(
  'records of one person, however they are written, become one profile that says what most of them say',
  async t => {
    await put(
      store,
      { externalId: 'a', people: [jane] },
      {
        externalId: 'b',
        people: [{ name: 'JANE SMITH', email: 'janesmith+shop@gmail.com', phones: ['+61 412 345 678'] }],
      },
      {
        externalId: 'c',
        people: [{ ...jane, firstName: 'Jayne', phones: ['0298765432'] }],
        updatedAt: new Date(noon.getTime() - 400 * day),
      },
    )
    await match(store)
    t.match(
      await profilesIn(store),
      [
        {
          displayName: 'Jane Smith',
          email: 'jane.smith@gmail.com',
          phone: '+61412345678',
          phones: ['+61412345678', '+61298765432'],
          recordCount: 3,
          members: ['a/0', 'b/0', 'c/0'],
          because: [
            'every detail is the same',
            'every detail is the same',
            'same email and last name, other phone and first name',
          ],
        },
      ].map(profile => ({ ...profile, because: profile.because.map((because, at) => (at < 2 ? String : because)) })),
    )
  },
)

t.test('people of other names stay apart, though they share a phone', async t => {
  await put(
    store,
    { externalId: 'a', people: [jane] },
    { externalId: 'b', people: [{ firstName: 'Bob', lastName: 'Poe', email: 'bob@example.com', phones: jane.phones }] },
  )
  await match(store)
  t.same(await membersIn(store), [['a/0'], ['b/0']])
})

t.test('a couple that an appointment names stays two, and each keeps their own orders', async t => {
  const couple = [
    { role: 'primary', ...jane },
    { role: 'partner', ...john },
  ] as const
  await put(
    store,
    { externalId: 'appointment', kind: 'appointment', people: [...couple] },
    { externalId: 'hers', people: [jane] },
    { externalId: 'his', people: [john] },
  )
  await match(store)
  t.same(await membersIn(store), [
    ['appointment/0', 'hers/0'],
    ['appointment/1', 'his/0'],
  ])
})

t.test('billing and shipping are no statement that they are two', async t => {
  await put(store, {
    externalId: 'a',
    people: [
      { role: 'billing', ...jane },
      { role: 'shipping', ...jane, email: null },
    ],
  })
  await match(store)
  t.match(await profilesIn(store), [{ members: ['a/0', 'a/1'], recordCount: 1 }])
})

t.test('the oldest profile survives a merge, and the others lead to it for ever', async t => {
  const lone = { firstName: 'Jane', lastName: 'Smith', email: 'jane@work.example' }
  await put(store, { externalId: 'a', people: [jane] })
  await match(store)
  await put(store, { externalId: 'b', people: [lone] })
  await match(store)
  const [a, b] = await profilesIn(store)
  await put(store, { externalId: 'c', people: [{ ...lone, phones: jane.phones }] })
  await match(store)
  t.match(await profilesIn(store), [{ id: a!.id, members: ['a/0', 'b/0', 'c/0'] }])
  t.same(await leadsTo(), [{ id: b!.id, into: a!.id }])
})

t.test('the part with most records keeps the id on a split, and a record that is read again can heal it', async t => {
  const other = { ...jane, email: 'jane@work.example', phones: ['0298765432'] }
  const bridge = { externalId: 'bridge', people: [{ ...jane, email: 'jane@work.example' }] }
  await put(
    store,
    { externalId: 'a', people: [other] },
    { externalId: 'b', people: [jane] },
    { externalId: 'c', people: [jane] },
    bridge,
  )
  await match(store)
  const [whole] = await profilesIn(store)
  await put(store, { ...bridge, people: [{ firstName: 'Bo', lastName: 'Li', phones: ['0290001234'] }] })
  await match(store)
  const [small, big, bo] = await profilesIn(store)
  t.match(big, { id: whole!.id, members: ['b/0', 'c/0'] })
  t.match([small, bo], [{ members: ['a/0'] }, { members: ['bridge/0'], displayName: 'Bo Li' }])
  await put(store, bridge)
  await match(store)
  t.match(await profilesIn(store), [{ id: whole!.id, members: ['a/0', 'b/0', 'bridge/0', 'c/0'] }])
  t.same(
    (await leadsTo()).map(({ into }) => into),
    [whole!.id, whole!.id],
  )
})

t.test('a deleted record leaves its profile, and a profile without records is swept', async t => {
  await put(store, { externalId: 'a', people: [jane] }, { externalId: 'b', people: [jane] })
  await match(store)
  await put(store, { externalId: 'a', people: [jane], deletedAt: noon })
  await match(store)
  t.match(await profilesIn(store), [{ members: ['b/0'], recordCount: 1 }])
  await put(store, { externalId: 'b', people: [jane], deletedAt: noon })
  t.match(await match(store), { swept: 1 })
  t.same(await counts(), { candidates: 0, keys: 0, members: 0, profiles: 0, edges: 0 })
})

t.test('a partner who is taken off an appointment is taken off their profile', async t => {
  const appointment = { externalId: 'a', kind: 'appointment' as const }
  await put(store, {
    ...appointment,
    people: [
      { role: 'primary', ...jane },
      { role: 'partner', ...john },
    ],
  })
  await match(store)
  t.equal((await membersIn(store)).length, 2)
  await put(store, { ...appointment, people: [{ role: 'primary', ...jane }] })
  await match(store)
  t.same(await membersIn(store), [['a/0']])
})

t.test('who has neither email nor phone is dropped and counted', async t => {
  await put(store, {
    externalId: 'a',
    people: [{ firstName: 'Jane', lastName: 'Smith' }, jane, { name: 'Ann', phones: ['000000'] }],
  })
  t.match(await match(store), { dropped: 2, candidates: 1 })
})

t.test(
  'a lone email attaches to the one person who has it, waits while two do, and is let go when it is corrected',
  async t => {
    await put(store, { externalId: 'weak', kind: 'contact', people: [{ email: 'janesmith@gmail.com' }] })
    await match(store)
    t.same(await parkedIn(store), [{ who: 'weak/0', why: 'nobody else has its email' }])
    await put(store, { externalId: 'a', people: [jane] })
    await match(store)
    t.same(await membersIn(store), [['a/0', 'weak/0']])
    t.same(await parkedIn(store), [])
    await put(store, {
      externalId: 'b',
      people: [{ firstName: 'Bob', lastName: 'Poe', email: 'jane.smith@gmail.com', phones: ['0298765432'] }],
    })
    await match(store)
    t.same(await parkedIn(store), [{ who: 'weak/0', why: 'several people share its email' }])
    await put(store, { externalId: 'weak', kind: 'contact', people: [{ email: 'somebody@else.example' }] })
    await match(store)
    t.match(await parkedIn(store), [{ why: 'nobody else has its email' }])
  },
)

t.test('a lone phone never joins two people', async t => {
  const bob = { firstName: 'Bob', lastName: 'Poe', phones: jane.phones }
  await put(
    store,
    { externalId: 'a', people: [jane] },
    { externalId: 'b', people: [bob] },
    { externalId: 'weak', people: [{ phones: jane.phones }] },
  )
  await match(store)
  t.same(await membersIn(store), [['a/0'], ['b/0']])
  t.same(await parkedIn(store), [{ who: 'weak/0', why: 'several people share its phone' }])
})

t.test('a partner with only the email of the primary is not the primary', async t => {
  await put(store, {
    externalId: 'a',
    kind: 'appointment',
    people: [
      { role: 'primary', ...jane },
      { role: 'partner', email: jane.email },
    ],
  })
  await match(store)
  t.same(await membersIn(store), [['a/0']])
  t.match(await parkedIn(store), [{ who: 'a/1', why: /somebody else/ }])
})

t.test(
  'an internal account with hundreds of names on one email and phone neither explodes nor swallows anybody',
  async t => {
    const staffed = Array.from({ length: 600 }, (_, at) => ({
      externalId: String(at),
      people: [
        {
          name: `First${letters(at % 300)} Last${letters(at % 300)}`,
          email: 'orders@shop.example',
          phones: ['0298765432'],
        },
      ],
    }))
    await put(store, ...staffed)
    const told: object[] = []
    await match(store, { log: { ...quiet, info: facts => void told.push(facts) } })
    const profiles = await profilesIn(store)
    t.equal(profiles.length, 300)
    t.ok(profiles.every(({ recordCount }) => recordCount === 2))
    t.match(told, [
      { field: 'email', signatures: 300 },
      { field: 'phone', signatures: 300 },
    ])
  },
)

t.test(
  'a profile that comes to hold many first names is named, and again only when they are twice as many',
  async t => {
    const warned: object[] = []
    const log = { ...quiet, warn: (facts: object) => void warned.push(facts) }
    const orders = Array.from({ length: 12 }, (_, at) => ({
      externalId: String(at),
      people: [{ ...jane, firstName: `First${letters(at)}` }],
    }))
    await put(store, ...orders.slice(0, 5))
    await match(store, { log })
    t.match(warned, [{ firstNames: 5 }])
    await put(store, orders[5]!)
    await match(store, { log })
    t.equal(warned.length, 1)
    await put(store, ...orders)
    await match(store, { log })
    t.match(warned, [{ firstNames: 5 }, { firstNames: 12 }])
    const asked = await store.read(tx => tx.sql<object>`select kind, because from review where closed_at is null`)
    t.match(asked[0], { kind: 'doubted', because: /^one profile of \d+ first names$/ })
  },
)

t.test('a record that changed while it was being matched stays dirty', async t => {
  await put(store, { externalId: 'a', people: [jane] })
  const options = identityOptions.parse({ model: reference })
  let isChanged = false
  const change = () => {
    if (isChanged) return
    isChanged = true
    return put(store, { externalId: 'a', people: [{ ...jane, firstName: 'Janet' }] })
  }
  await store.transact(async tx => {
    const slow = {
      ...tx,
      sql: async (...query: Parameters<typeof tx.sql>) => (
        String(query[0]).includes('from generic_key') && (await change()),
        tx.sql(...query)
      ),
    }
    await matchRecords(slow as typeof tx, { options, scope: 'dirty', at: noon, log: quiet })
  })
  t.ok(isChanged)
  t.match(await profilesIn(store), [{ displayName: 'Jane Smith' }])
  t.match(await match(store), { records: 1 })
  t.match(await profilesIn(store), [{ displayName: 'Janet Smith' }])
  t.match(await match(store), { records: 0, candidates: 0, changed: 0 })
})

t.test('two matches never run at once', async t => {
  const settings = {
    options: identityOptions.parse({ model: reference }),
    scope: 'dirty' as const,
    at: noon,
    log: quiet,
  }
  await store.transact(async tx => {
    t.type(await matchRecords(tx, settings), 'object')
    t.equal(await store.transact(other => matchRecords(other, settings)), 'busy')
  })
})

t.test('a match of more than was allowed writes nothing and says so', async t => {
  await put(store, ...Array.from({ length: 30 }, (_, at) => ({ externalId: String(at), people: [jane] })))
  const settings = {
    options: identityOptions.parse({ model: reference }),
    scope: 'dirty' as const,
    at: noon,
    log: quiet,
    most: 20,
  }
  t.equal(await store.transact(tx => matchRecords(tx, settings)), 'tooMuch')
  t.match(await counts(), { candidates: 0 })
  t.match(await match(store), { records: 30 })
})

t.test('matching everything again changes nothing, and other settings match everything again', async t => {
  await put(
    store,
    { externalId: 'a', people: [jane] },
    { externalId: 'b', people: [{ ...jane, firstName: 'Jayne' }] },
    { externalId: 'w', people: [{ email: jane.email }] },
  )
  await match(store)
  const before = await profilesIn(store)
  t.match(await match(store, { scope: 'all' }), { records: 3, changed: 0, merged: 0, split: 0, swept: 0 })
  t.same(await profilesIn(store), before)
  const strict = identityOptions.parse({ model: reference })
  strict.model = { ...strict.model, threshold: 0.999999999 }
  t.match(await match(store, { options: strict }), { records: 3, split: 1 })
  t.equal((await profilesIn(store)).length, 2)
})

function leadsTo(): Promise<{ id: string; into: string }[]> {
  return store.read(
    tx =>
      tx.sql<{
        id: string
        into: string
      }>`select id, merged_into as into from profile where merged_into is not null order by id`,
  )
}

async function counts(): Promise<object> {
  const [row] = await store.read(
    tx => tx.sql<object>`select (select count(*)::int from candidate) as candidates, (select count(*)::int from candidate_key) as keys,
      (select count(*)::int from profile_member) as members, (select count(*)::int from profile) as profiles,
      (select count(*)::int from profile_edge) as edges`,
  )
  return row!
}

/** A number as letters: names have no digits. */
function letters(number: number): string {
  return [...String(number)].map(digit => 'abcdefghij'[Number(digit)]).join('')
}
