import fc from 'fast-check'
import { test } from 'tap'
import type { Person } from '@switchboard/core'
import { worldOf } from '@switchboard/test-simulators/world'
import { scrubbed } from './scrub.ts'

const sarah: Person = {
  role: 'customer',
  firstName: 'Sarah',
  lastName: "O'Neill-Whitlock",
  email: "sarah.o'neill@mail.example.net",
  phones: ['0491 570 156'],
}
const order = {
  id: 'gid://shopify/Order/820982911946154508',
  name: '#4821',
  status: 'partially_paid',
  total: { amount: '398.00', currency: 'AUD' },
  placed_at: '2026-11-20T10:00:00+11:00',
  day: '2026-11-20',
  minor: 39_800,
  is_gift: true,
  note: 'Sarah asked twice; ring +61 491 570 156 or (02) 5550 1234.',
  customer: {
    id: 7_001_234_567_890,
    first_name: 'Sarah',
    last_name: "O'Neill-Whitlock",
    email: "Sarah.O'Neill@mail.example.net",
    phone: '+61491570156',
    phone_verified_at: '2026-01-02T03:04:05Z',
    email_consent: { state: 'subscribed' },
  },
  billing_address: { name: "SARAH O'NEILL-WHITLOCK", address1: '12 Smith Street', city: 'Marrickville', country: 'AU' },
  lines: [{ title: 'Gown for Sarah', quantity: 1, price: '398.00' }],
  status_url: 'https://shop.example.com/821/orders/0a1b2c3d4e5f60718293a4b5c6d7e8f9/authenticate?key=b1946ac92492d234',
}

function scrubOrder(): typeof order {
  const [scrubbedOrder] = scrubbed([order], { people: [sarah], names: [], unreadable: [] })
  return scrubbedOrder as typeof order
}

test('people are replaced wherever they are, and each by one other person', async t => {
  const { customer, billing_address: billing, lines, note } = scrubOrder()
  const [first, last] = [customer.first_name, customer.last_name]
  t.not(first, 'Sarah')
  t.equal(customer.email, `${first}.${last}@example.com`.toLowerCase())
  t.equal(billing.name, `${first} ${last}`.toUpperCase())
  t.equal(lines[0]?.title, `Gown for ${first}`)
  t.match(customer.phone, /^\+612555\d{5}$/, 'in the range for fiction, and written as it was')
  t.notMatch(JSON.stringify([note, customer, billing]), /sarah|neill|whitlock|570.?156|smith|marrickville/i)
})

test('what is not about people stays: times, money, sorts of things, numbers', async t => {
  const { id, customer, status_url: url, ...rest } = scrubOrder()
  const kept = ['name', 'status', 'total', 'placed_at', 'day', 'minor', 'is_gift'] as const
  for (const key of kept) t.strictSame(rest[key], order[key], key)
  t.equal(rest.billing_address.country, 'AU')
  t.strictSame(customer.email_consent, { state: 'subscribed' })
  t.equal(customer.phone_verified_at, '2026-01-02T03:04:05Z')
  t.match(id, /^gid:\/\/shopify\/Order\/\d{18}$/, 'an id keeps its shape')
  t.not(id, order.id)
  t.equal(String(customer.id).length, 13)
  t.match(url, /^https:\/\/shop\.example\.com\/821\/orders\/[0-9a-f]{32}\/authenticate\?key=token-1$/)
})

test('the same becomes the same in all answers, what differs still differs, and twice is the same', async t => {
  const rows = Array.from({ length: 400 }, (_, nth) => ({
    id: `bk_${1000 + nth}`,
    client_id: 5000 + nth,
    email: `person${nth}@mail.example.net`,
    phone: `0412 ${String(345_000 + nth)}`,
    first_name: `Name${String.fromCharCode(97 + (nth % 26))}${String.fromCharCode(97 + Math.floor(nth / 26))}`,
  }))
  const nobody = { people: [], names: [], unreadable: [] }
  const [one, other] = scrubbed([rows, rows.toReversed()], nobody) as [typeof rows, typeof rows]
  t.strictSame(one, other.toReversed())
  t.strictSame(scrubbed([rows], nobody), [one])
  for (const key of ['id', 'client_id', 'email', 'phone', 'first_name'] as const) {
    t.equal(new Set(one.map(row => row[key])).size, 400, key)
    t.equal(one.filter((row, nth) => row[key] === rows[nth]?.[key]).length, 0, `no ${key} stays`)
  }
})

test('secrets, addresses of machines, birthdays and free text go by the names of their fields', async t => {
  const row = {
    access_token: 'shpat_0123456789',
    next_cursor: 'eyJsYXN0IjoxfQ',
    clientIp: '203.0.113.9',
    seenFrom: 'at 203.0.113.9 by night',
    dateOfBirth: '1988-04-12',
    staff: 'Robin',
    latitude: -33.8688,
    comments: ['She said that her sister comes too.', 'Yes'],
    company: 'Smith and Daughters',
    attributes: { 'ada@mail.example.net': 1, 'Wedding date': '2027-02-03' },
    payload: '{"contact":{"name":"Ada Byron"}}',
  }
  const [out] = scrubbed([row], { people: [], names: [], unreadable: [] }) as [typeof row]
  const text = JSON.stringify(out)
  t.notMatch(text, /shpat|eyJ|203\.0|1988|Robin|33\.8|sister|Smith|ada@|Byron/)
  t.equal(out.seenFrom, `at ${out.clientIp} by night`)
  t.equal(out.comments[1], 'Yes')
  t.equal(out.attributes['Wedding date'], '2027-02-03')
})

test('of a row that could not be read, nothing is kept that could be a name', async t => {
  const broken = { id: 'x1', booker: 'Ada Byron', when: 'soon', status: 'Half open', starts_at: '2026-12-03T01:00:00Z' }
  const [out] = scrubbed([{ data: [broken, { title: 'Final fitting' }] }], {
    ...{ people: [], names: [] },
    unreadable: [structuredClone(broken)],
  }) as [{ data: object[] }]
  t.match(out.data[0], { when: 'soon', status: 'Half open', starts_at: '2026-12-03T01:00:00Z' })
  t.notMatch(JSON.stringify(out), /ada|byron/i)
  t.strictSame(out.data[1], { title: 'Final fitting' }, 'the others as they are')
})

test('nobody of the demo shop is left of its rows', async t => {
  const { appointments, people } = worldOf({ seed: 5, now: new Date('2026-11-20T10:00:00Z'), people: 60 })
  const written = appointments.flatMap(({ primary, partner }) => [primary, ...(partner ? [partner] : [])])
  const known = written.map(({ phone, ...person }) => ({
    ...person,
    role: 'client' as const,
    phones: phone ? [phone] : [],
  }))
  const out = JSON.stringify(
    scrubbed([JSON.parse(JSON.stringify(appointments))], { people: known, names: [], unreadable: [] }),
  )
  for (const { email, phone } of people) {
    if (email) t.notOk(out.toLowerCase().includes(email), email)
    if (phone) t.notOk(out.replace(/[\s()-]/g, '').includes(phone.e164.slice(-8)), phone.e164)
  }
  for (const { lastName } of written) if (lastName) t.notOk(occurs(out, lastName.trim()), lastName)
})

/** Whether a text stands in another on its own, in any case; one or two letters only as they are. */
function occurs(text: string, wanted: string): boolean {
  const escaped = wanted.normalize('NFC').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const flags = wanted.length > 2 ? 'iu' : 'u'
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])${escaped}(?![\\p{L}\\p{M}\\p{N}])`, flags).test(text.normalize('NFC'))
}

const letters = fc.constantFrom(...'abcdeghklmnorstuvyzàéöñšłβжя李雷')
const nameText = fc
  .tuple(
    fc.constantFrom('Q', 'Xu', "O'Z", 'Jo', 'Älv', 'Mc', 'Al-Q', '王'),
    fc.array(letters, { minLength: 1, maxLength: 7 }),
  )
  .map(([head, rest]) => head + rest.join(''))
const digit = fc.integer({ min: 0, max: 9 })
const phoneText = fc
  .tuple(
    fc.constantFrom('+61 4', '04', '(02) 5', '+44 7', '+1 (415) ', '+33 6 ', '4'),
    fc.array(digit, { minLength: 8, maxLength: 9 }),
  )
  .map(([head, rest]) => `${head}${rest.slice(0, 4).join('')} ${rest.slice(4).join('')}`)
const emailText = fc
  .tuple(nameText, fc.constantFrom('mail.example.net', 'Post.Example.org', 'xn--bcher-kva.example'))
  .map(([local, domain]) => `${local}.q7@${domain}`)
const someone = fc.record({
  role: fc.constant('client' as const),
  firstName: nameText,
  lastName: nameText,
  email: emailText,
  phones: fc.array(phoneText, { maxLength: 2 }),
})

type Someone = typeof someone extends fc.Arbitrary<infer Value> ? Value : never

/** Ways in which something personal is written into a value. */
const ways: ((text: string) => unknown)[] = [
  text => text,
  text => ` ${text} `,
  text => text.toUpperCase(),
  text => `for ${text}, please`,
  text => `(${text})`,
  text => `https://example.com/search?q=${encodeURIComponent(text)}`,
  text => JSON.stringify({ of: text }),
  text => [text],
  text => ({ deep: { inside: [{ title: text }] } }),
]
const keys = ['title', 'id', 'customer', 'note', 'value', 'phone', 'status', 'x', 'name', 'next', 'address']

test('whoever is recognised, however they are written and wherever: nothing of them is left', async t => {
  const written = fc.record({
    person: someone,
    places: fc.array(fc.tuple(fc.nat(3), fc.nat(ways.length - 1), fc.constantFrom(...keys)), {
      minLength: 1,
      maxLength: 12,
    }),
  })
  const property = fc.property(fc.array(written, { minLength: 1, maxLength: 5 }), all => {
    const answers = all.map(({ person, places }) => {
      const own = ownStrings(person)
      const fields = places.map(([which, way, key], nth) => [
        `${key}${nth || ''}`,
        ways[way]?.(own[which % own.length] ?? ''),
      ])
      return { ...Object.fromEntries(fields), [person.email]: 1, [own.at(-1) ?? '']: 2 }
    })
    const people = all.map(({ person }) => person)
    const out = stringsIn(scrubbed(answers, { people, names: [], unreadable: [] }))
    const lost = people.flatMap(ownStrings).filter(own => occurs(out.join('\n'), own))
    const rung = people.flatMap(({ phones }) => phones).map(phone => phone.replace(/\D/g, '').slice(-8))
    return lost.length === 0 && !rung.some(digits => out.some(text => text.replace(/\D/g, '').includes(digits)))
  })
  fc.assert(property, { numRuns: 150 })
  t.pass('150 times')
})

function ownStrings({ firstName, lastName, email, phones }: Someone): string[] {
  return [firstName, lastName, email, ...phones]
}

/** Every text in a value, decoded, and every key. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string')
    return value.startsWith('http') ? [decodeURIComponent(value.replaceAll('+', ' '))] : [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)])
}
