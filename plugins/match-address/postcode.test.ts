import fc from 'fast-check'
import { test } from 'tap'
import { cleanPostcode } from './postcode.ts'

test('a postcode is one in all its spellings', t => {
  const spellings: [clean: string, country: string | null, ways: string[]][] = [
    ['2204', 'AU', ['2204', ' 2204 ', '２２０４']],
    ['0800', 'au', ['0800', '800', '0 800']],
    ['k2p0b0', 'CA', ['K2P 0B0', 'k2p0b0', 'K2P-0B0']],
    ['sw1a1aa', null, ['SW1A 1AA', 'sw1a1aa']],
    ['02134', 'US', ['02134', '2134', '02134-1000', '021341000']],
    ['800', null, ['800']],
  ]
  for (const [clean, country, ways] of spellings)
    for (const postcode of ways) t.equal(cleanPostcode({ postcode, country }), clean, `${postcode} ${country}`)
  t.end()
})

test('what is no postcode is none', t => {
  for (const postcode of [
    null,
    undefined,
    '',
    ' ',
    '0000',
    '00000',
    'n/a',
    'NSW',
    '12',
    'x'.repeat(9999),
    '1'.repeat(11),
  ])
    t.equal(cleanPostcode({ postcode, country: 'AU' }), null, String(postcode).slice(0, 20))
  t.end()
})

test('any text is cleaned without an error, and a clean postcode is clean', t => {
  const country = fc.constantFrom('AU', 'US', 'gb', '', null)
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Z -]{0,12}$/))
  fc.assert(
    fc.property(text, country, (postcode, country) => {
      const once = cleanPostcode({ postcode, country })
      return once === null || cleanPostcode({ postcode: once, country }) === once
    }),
    { numRuns: 5000 },
  )
  t.end()
})
