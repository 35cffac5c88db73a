import fc from 'fast-check'
import { test } from 'tap'
import type { Evidence, PostalAddress } from '@switchboard/core'
import { evidence } from './address.ts'
import { matchAddress } from './match-address.ts'
import { nobody, tableOf } from './test-table.ts'

test('the plugin names the module that has its evidence, by an address that a thread can load', async t => {
  const loaded = (await import(matchAddress.evidence ?? '')) as { evidence: Evidence }
  t.equal(loaded.evidence, evidence)
})

test('a person is read by their address, cleaned; without one nothing is read', t => {
  t.strictSame(fieldsOf({ street: 'Unit 3, 12 High St', postcode: 'K2P 0B0' }), {
    street: '3/12 high street',
    postcode: 'k2p0b0',
  })
  t.strictSame(fieldsOf({ street: 'n/a', city: 'Newtown', postcode: '' }), {})
  t.strictSame(fieldsOf(null), {})
  t.end()
})

test('two spellings of one door are one door; the flat beside it is another; so is the same number in another town', t => {
  t.equal(
    found({ street: '3/12 High St', postcode: '2204' }, { street: '12 High Street, Apt 3', postcode: '2204' }),
    'equal',
  )
  t.equal(found({ street: '3/12 High St', postcode: '2204' }, { street: '4/12 High St', postcode: '2204' }), 'building')
  t.equal(found({ street: '12 High St', postcode: '2204' }, { street: '12 High St', postcode: '3065' }), 'other')
  t.end()
})

test('every share is of a level that there is, they add up to one, and closer addresses speak more for one person', t => {
  for (const { by, m, u } of evidence.comparisons ?? []) {
    const levels = evidence.comparators?.[by]?.levels ?? []
    for (const shares of [m, u]) {
      t.strictSame(Object.keys(shares), levels)
      t.ok(Math.abs(Object.values(shares).reduce((sum, share) => sum + share) - 1) < 1e-9)
    }
    const bits = levels.map(level => Math.log2(m[level]! / u[level]!))
    t.strictSame(
      bits,
      bits.toSorted((one, other) => other - one),
    )
    t.ok(bits[0]! > 6 && bits.at(-1)! < 0)
  }
  t.end()
})

test('what is read of any person is text without line breaks that reads the same again', t => {
  const text = fc.option(fc.string({ unit: 'binary', maxLength: 40 }))
  const address = fc.record({ street: text, city: text, region: text, postcode: text, country: text })
  fc.assert(
    fc.property(address, address => {
      const read = fieldsOf(address)
      const again = fieldsOf({ ...address, street: read['street'] ?? null, postcode: read['postcode'] ?? null })
      const isPlain = Object.values(read).every(value => value !== '' && !/[\n\r]/.test(value))
      return isPlain && again['street'] === read['street'] && again['postcode'] === read['postcode']
    }),
    { numRuns: 2000 },
  )
  t.end()
})

/** What the evidence reads of somebody who lives there. */
function fieldsOf(address: PostalAddress | null): { [field: string]: string } {
  const fields = Object.entries(evidence.fields ?? {})
  return Object.fromEntries(
    fields.flatMap(([name, field]) => field.read({ role: 'customer', address }).map(value => [name, value] as const)),
  )
}

/** The level that the comparison finds for two people who live there. */
function found(one: PostalAddress, other: PostalAddress): string | undefined {
  const [comparison] = evidence.comparisons ?? []
  const comparator = evidence.comparators?.[comparison?.by ?? '']
  const compare = comparator?.compile(
    tableOf([one, other].map(who => ({ ...fieldsOf(who), first: 'mia' }))),
    comparison?.fields ?? [],
    nobody,
  )
  return comparator?.levels[(compare?.(0, 1) ?? 0) - 1]
}
