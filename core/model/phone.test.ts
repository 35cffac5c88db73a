import fc from 'fast-check'
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import t from 'tap'
import { cleanPhone, placeOf, showPhone } from './phone.ts'

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
  ]
  for (const way of ways) t.equal(cleanPhone(way), '+61412345678', way)
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

t.test('the fast path for Australian numbers says what the library says', t => {
  const separator = fc.constantFrom('', ' ', '-', '  ')
  const australian = fc
    .tuple(fc.constantFrom('0', '+61', '+61 ', '(0'), fc.stringMatching(/^[2-478]\d{8}$/), separator, separator)
    .map(([lead, digits, one, two]) => {
      const area = `${lead}${digits[0]}${lead.startsWith('(') ? ')' : ''}`
      return `${area}${one}${digits.slice(1, 5)}${two}${digits.slice(5)}`
    })
  fc.assert(
    fc.property(australian, raw => {
      const library = parsePhoneNumberFromString(raw, 'AU')
      const clean = cleanPhone(raw)
      return clean === null ? true : clean === library?.number && library.isPossible()
    }),
    { numRuns: 1000 },
  )
  t.equal(cleanPhone('(04) 1234-5678'), parsePhoneNumberFromString('(04) 1234-5678', 'AU')?.number)
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
