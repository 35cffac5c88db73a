import type { Person } from '@switchboard/core'
import fc from 'fast-check'
import t from 'tap'
import { deciding, profileRows } from './test-acts.ts'

const person = fc.record({
  firstName: fc.constantFrom('Ann', 'Bob', 'Cy'),
  lastName: fc.constantFrom('Lee', 'Poe'),
  email: fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example', null),
  phones: fc.subarray(['0412345678', '0298765432', '0398765432']),
})

t.test('whoever is merged by hand and un-merged is to the byte who they were', async t => {
  const { hub, post, orders, owners } = await deciding(t)
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 2, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      async (people, one, other) => {
        run++
        const named = people.map((someone, at): [string, Partial<Person>] => [
          `r${run}-${at}`,
          apartFromOthers(someone, run),
        ])
        await orders(Object.fromEntries(named))
        const ids = [...new Set(Object.values(await owners()))].toSorted()
        const pair = [ids[one % ids.length]!, ids[other % ids.length]!]
        if (pair[0] === pair[1]) return
        const before = await profileRows(hub.store)
        const merged = await post('/api/profiles/merge', { profiles: pair })
        t.equal(merged.status, 200, merged.text)
        t.not((await profileRows(hub.store)).join(), before.join())
        const undone = await post(`/api/profiles/${merged.json.after[0].id}/unmerge`)
        t.equal(undone.status, 200, undone.text)
        t.same(await profileRows(hub.store), before)
      },
    ),
    { numRuns: 6, endOnFailure: true },
  )
})

/** Contacts of their own for each round, so that rounds do not touch each other. */
function apartFromOthers(
  someone: { email: string | null; phones: string[]; firstName: string; lastName: string },
  run: number,
): Partial<Person> {
  const email = someone.email && `r${run}${someone.email}`
  const phones = someone.phones.map(phone => `${phone.slice(0, -3)}${String(100 + run)}`)
  return { ...someone, email, phones }
}
