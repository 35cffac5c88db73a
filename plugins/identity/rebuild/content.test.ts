import fc from 'fast-check'
import { to } from 'pg-copy-streams'
import t from 'tap'
import { newId } from '@switchboard/core'
import { putCandidates } from '../change-store.ts'
import type { Candidate } from '../pipeline/candidate.ts'
import { testStore } from '../test-records.ts'
import { contentOf, contentReader, storedContent } from './content.ts'
import { readCopy } from './read-copy.ts'
import { plainTimes } from './times.ts'
import { connect } from './test-connection.ts'

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).map(said => said.replaceAll('\0', '')),
  fc.constantFrom('\\N', 'a\tb', 'a\\tb', '\r\n', '', "O'Brien", 'ünïcödé', '\\'),
)
const maybe = fc.option(text)
const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })

const candidate: fc.Arbitrary<Omit<Candidate, 'id'>> = fc.record({
  recordId: fc.constant(newId()),
  position: fc.nat(3),
  role: fc.constantFrom('customer', 'partner'),
  source: text,
  kind: fc.constantFrom('order', 'booking'),
  ...{
    happenedAt: time,
    updatedAt: time,
    title: maybe,
    firstName: maybe,
    lastName: maybe,
    suffix: maybe,
    company: maybe,
  },
  ...{ email: maybe, emailKey: maybe },
  phones: fc.array(fc.constantFrom('+61412345678', '+61298765432', '+4930123456'), { maxLength: 3 }),
  extras: fc.constantFrom<Candidate['extras']>({}, { street: ['1 high st', 'a\tb'], pet: ['"rex"'] }),
  isUnverified: fc.boolean(),
})

t.test('what was written of a candidate is read back, whatever it says', async t => {
  const read = contentReader()
  fc.assert(
    fc.property(candidate, one => {
      const { recordId, position, extras } = one
      const where = { id: newId(), recordId, position, extras }
      t.same(read(contentOf(one), where), { ...one, ...where })
    }),
  )
})

t.test('a stored candidate says the same as when it was read from its record', async t => {
  const { store, url } = await testStore(t)
  const all = fc.sample(candidate, { numRuns: 60, seed: 7 }).map((one, at) => ({
    ...{ ...one, id: newId(), recordId: newId(), position: at },
    ...{ signature: 'same', parkedBecause: null },
  }))
  await store.transact(tx => putCandidates(tx, all))
  const connection = await connect(t, url)
  const lines: string[] = []
  await connection.query(`begin; ${plainTimes}`)
  const stored = connection.query(to(`copy (select ${storedContent} from candidate c order by c.position) to stdout`))
  t.equal(await readCopy(stored, line => lines.push(line)), all.length)
  t.same(lines, all.map(contentOf))
})
