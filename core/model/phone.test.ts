import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import t from 'tap'
import { knownE164, readFast } from './phone-shapes.ts'
import { cleanPhone, placeOf, showPhone, type Region } from './phone.ts'

t.test('one Australian mobile is one number, however it was written', t => {
  const ways = [
    '0412 345 678',
    '0412345678',
    '(04) 1234-5678',
    '+61412345678',
    '+61 412 345 678',
    '+61 (0)412 345 678',
    '61412345678',
    '0011 61 412 345 678',
    '0061412345678',
    'tel:+61412345678',
    ' 0412.345.678 ',
    '０４１２３４５６７８',
    '0412 345 678 (mum)',
    '412 345 678',
    '+0412 345 678',
    '+61 0412 345 678',
    '61412345678.0',
    'Mob: 0412 345 678',
    'whatsapp:+61412345678',
    '0412\u00a0345\u00a0678',
    '\u202a0412 345 678\u202c',
    '0412 345 678 - call after 5',
  ]
  for (const way of ways) t.equal(cleanPhone(way), '+61412345678', way)
  t.end()
})

t.test('an extension is not part of the number', t => {
  for (const end of [' x123', ' ext 5', ' ext. 55', ' extension 7', ' #5', ';ext=5'])
    t.equal(cleanPhone(`(02) 9123 4567${end}`), '+61291234567', end)
  t.end()
})

t.test('of two numbers in one field the first that is one is taken', t => {
  const fields = [
    '0412 345 678 / 02 9123 4567',
    '0412345678/0291234567',
    '0412 345 678, 02 9123 4567',
    '0412 345 678 or 02 9123 4567',
    '0400 000 000 / 0412 345 678',
    'n/a; 0412 345 678',
    '0412 345 678 (AH) 02 9123 4567 (BH)',
  ]
  for (const field of fields) t.equal(cleanPhone(field), '+61412345678', field)
  t.equal(cleanPhone('02/9123 4567'), '+61291234567', 'a slash after the area code')
  t.end()
})

t.test('a number without a country code is read in the given region, one with a code is not', t => {
  t.equal(cleanPhone('(212) 555-0123', 'US'), '+12125550123')
  t.equal(cleanPhone('020 7946 0958', 'GB'), '+442079460958')
  t.equal(cleanPhone('+44 20 7946 0958', 'AU'), '+442079460958')
  t.equal(cleanPhone('0412 345 678', 'NZ') === '+61412345678', false)
  t.end()
})

t.test('place-holders, short codes and what is no number at all are dropped', t => {
  const junk = [
    null,
    undefined,
    '',
    '   ',
    '0400000000',
    '+61 400 000 000',
    '0411111111',
    '0444 444 444',
    '000',
    '12345',
    '+61',
    'anonymous',
    '12345678',
    '0123456789',
    '+61 123 456 789',
    '+1 234 567 8901',
    '987654321',
    '+61 2 9999 9999',
    '1300 FLOWERS',
    '0412 345 67B',
    '0412E+8',
    'jane0412345678',
    '0'.repeat(10_000),
    'call me',
    '9'.repeat(60),
  ]
  for (const raw of junk) t.equal(cleanPhone(raw), null, String(raw))
  t.end()
})

t.test('digits inside an address are not a phone number', t => {
  for (const raw of ['client:staff_61412345678', 'sip:0412345678@pbx.example', 'jane0412345678@example.com'])
    t.equal(cleanPhone(raw), null, raw)
  t.end()
})

t.test('a clean number is clean already, and no text makes it throw', t => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[\d ()-]{0,18}$/)), raw => {
      const clean = cleanPhone(raw)
      return clean === null || (/^\+\d{8,15}$/.test(clean) && cleanPhone(clean) === clean)
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test('the short way says what the library says, of every number it knows', t => {
  const separators = fc.array(fc.constantFrom('', '', '', ' ', '-', '.', '(', ')', ') ', ' ('), {
    minLength: 18,
    maxLength: 18,
  })
  const digits = fc.oneof(
    fc.tuple(fc.constantFrom('0', '+61', '61', '', '+610', '+440', '+640'), fc.stringMatching(/^[2-478]\d{8}$/)),
    fc.tuple(fc.stringMatching(knownE164), fc.constant('')),
    fc.tuple(fc.constantFrom('0', ''), fc.stringMatching(/^[1-9]\d{7,9}$/)),
  )
  const typed = fc
    .tuple(digits, separators)
    .map(([parts, between]) => [...parts.join('')].map((digit, at) => (at > 0 ? between[at] : '') + digit).join(''))
  const regions = fc.constantFrom<Region>('AU', 'GB', 'NZ', 'US', 'CA', 'DE')
  let short = 0
  fc.assert(
    fc.property(typed, regions, (raw, region) => {
      const fast = readFast(raw, region)
      if (fast === null) return true
      short++
      const library = parsePhoneNumberFromString(raw, region)
      return (
        fast === library?.number &&
        library.isPossible() &&
        cleanPhone(`\u2060${raw}`, region) === cleanPhone(raw, region)
      )
    }),
    { numRuns: 4000 },
  )
  t.ok(short > 500, 'it is no empty claim')
  t.equal(readFast('0412 345 678', 'AU'), '+61412345678')
  t.equal(readFast('0412 345 678', 'DE'), null)
  t.equal(readFast('+61 (0)412 345 678', 'DE'), '+61412345678')
  t.equal(readFast('61412345678', 'AU'), '+61412345678')
  t.equal(readFast('61412345678', 'DE'), null)
  t.end()
})

t.test('a number tells its country, and nothing where it has none', t => {
  t.equal(placeOf('+61412345678'), 'Australia')
  t.equal(placeOf('+14165550100'), 'Canada')
  t.equal(placeOf('+12125550123'), 'United States')
  t.equal(placeOf('+80012345678'), null)
  t.equal(placeOf('nonsense'), null)
  t.end()
})

t.test('a number is shown as its country writes it, and other text as it is', t => {
  t.equal(showPhone('+61412345678'), '+61 412 345 678')
  t.equal(showPhone('withheld'), 'withheld')
  t.end()
})
