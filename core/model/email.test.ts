import fc from 'fast-check'
import t from 'tap'
import { canonicalEmail, cleanEmail, isPlaceholderEmail } from './email.ts'

t.test('an address is trimmed and lower-cased, wide letters made plain', t => {
  t.equal(cleanEmail('  Jane.Smith@Example.COM '), 'jane.smith@example.com')
  t.equal(cleanEmail('ｊane@example.com'), 'jane@example.com')
  t.equal(cleanEmail('o’brien+shop@example.com.au'), "o'brien+shop@example.com.au")
  t.equal(cleanEmail('jane\u200b@example.com\ufeff'), 'jane@example.com')
  t.end()
})

t.test('an address is found in what is written around it', t => {
  const ways = [
    'Jane Smith <jane@example.com>',
    '"Smith, Jane" <Jane@Example.com>',
    '<jane@example.com>',
    'mailto:jane@example.com',
    'mailto:jane@example.com?subject=Hello there',
    'MAILTO: jane@example.com',
    'jane@example.com.',
    'jane@example.com,',
    'jane@example.com;',
    "'jane@example.com'",
    '"jane@example.com"',
    '(jane@example.com)',
    '[jane@example.com](mailto:jane@example.com)'.slice(1, 17),
  ]
  for (const way of ways) t.equal(cleanEmail(way), 'jane@example.com', way)
  t.end()
})

t.test('an international domain has one spelling', t => {
  t.equal(cleanEmail('jane@münchen.example'), 'jane@xn--mnchen-3ya.example')
  t.equal(cleanEmail('JANE@MÜNCHEN.example'), 'jane@xn--mnchen-3ya.example')
  t.equal(cleanEmail('jane@xn--mnchen-3ya.example'), 'jane@xn--mnchen-3ya.example')
  t.end()
})

t.test('what is no address is dropped', t => {
  const wrong = [
    null,
    undefined,
    '',
    'jane',
    'jane@',
    '@example.com',
    'jane@localhost',
    'jane@example..com',
    'jane smith@example.com',
    'jane@exa mple.com',
    'jane@example.com, john@example.com',
    'jane@example.com john@example.com',
    'jane@-example.com',
    'jane@example-.com',
    'jane@example.c',
    'jane@10.0.0.1',
    `${'a'.repeat(65)}@example.com`,
    `jane@${'a.'.repeat(130)}com`,
    `${'x'.repeat(10_000)}@example.com`,
  ]
  for (const raw of wrong) t.equal(cleanEmail(raw), null, String(raw).slice(0, 80))
  t.end()
})

t.test('place-holders are dropped, for strangers share them', t => {
  const placeholders = [
    'test@test.com',
    'TEST@gmail.com',
    'test123@hotmail.com',
    'test+shop@gmail.com',
    'a+1@a.com',
    'none@none.com',
    'none@gmail.com',
    'noemail@anything.example',
    'no.email@example.com',
    'no-email-provided@shop.example',
    'noreply@shop.example',
    'jane.smith@noemail.com.au',
    'n/a@gmail.com',
    'na@na.com',
    'no@no.com',
    'no@gmail.com',
    'a@a.com',
    'a@a.au',
    'xx@xxx.com',
    'abc@abc.com',
    'asdf@asdf.com',
    'asdfasdf@gmail.com',
    'qwerty@yahoo.com',
    'user@example.com',
    'email@email.com',
    'someone@example.com',
    'unknown@unknown.com',
    '61412345678@anonymous.invalid',
  ]
  for (const raw of placeholders) t.equal(cleanEmail(raw), null, raw)
  t.end()
})

t.test('addresses that only resemble place-holders are people’s', t => {
  const people = [
    'jane@example.com',
    'a@x.example',
    'b@x.example',
    'ana@example.test',
    'testa@example.com',
    'testarossa@gmail.com',
    'tester.jane@gmail.com',
    'noel@gmail.com',
    'nora@none.example.com',
    'noah.email@gmail.com',
    'nonerson@gmail.com',
    'na@smithandco.com.au',
    'jane@test-prep.com',
    'info@smith.com.au',
    'hello@hello.com',
    'me@janesmith.com',
    'user.experience@studio.com',
    'abcdale@gmail.com',
    'aa12@hotmail.com',
    'asda@gmail.com',
    'j@j-smith.com',
    'unknownpleasures@gmail.com',
    'guest@family-guest.com',
  ]
  for (const raw of people) {
    t.equal(cleanEmail(raw), raw)
    t.notOk(isPlaceholderEmail(raw), raw)
  }
  t.end()
})

t.test('aliases of one mailbox share a canonical address', t => {
  t.equal(canonicalEmail('jane+shop@example.com'), 'jane@example.com')
  t.equal(canonicalEmail('j.a.n.e+x@gmail.com'), 'jane@gmail.com')
  t.equal(canonicalEmail('jane@googlemail.com'), 'jane@gmail.com')
  t.equal(canonicalEmail('jane.s@protonmail.com'), canonicalEmail('janes@pm.me'))
  t.equal(canonicalEmail('jane@me.com'), 'jane@icloud.com')
  t.equal(canonicalEmail('jane+a+b@outlook.com'), 'jane@outlook.com')
  t.equal(canonicalEmail('+tag@example.com'), '+tag@example.com')
  t.end()
})

t.test('dots and hyphens stay where the provider heeds them, and providers that may not be one are two', t => {
  t.equal(canonicalEmail('j.smith@example.com'), 'j.smith@example.com')
  t.not(canonicalEmail('j.smith@outlook.com'), canonicalEmail('jsmith@outlook.com'))
  t.equal(canonicalEmail('jane-shop@yahoo.com'), 'jane-shop@yahoo.com')
  t.not(canonicalEmail('jane@outlook.com'), canonicalEmail('jane@hotmail.com'))
  t.end()
})

const domains = fc.constantFrom(
  'gmail.com',
  'googlemail.com',
  'example.com',
  'PM.me',
  'münchen.de',
  'a-b.co.uk',
  'x-.com',
  '-x.com',
)
const typed = fc
  .tuple(fc.stringMatching(/^[ A-Za-z0-9.+_'<>"-]{0,12}$/), domains, fc.constantFrom('', ' ', '.', '>', ',', '"'))
  .map(([name, at, end]) => `${name}@${at}${end}`)

t.test('cleaning twice changes nothing, and no text makes it throw', t => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.emailAddress(), typed), raw => {
      const clean = cleanEmail(raw)
      if (clean === null) return true
      const canonical = canonicalEmail(clean)
      return (
        cleanEmail(clean) === clean &&
        (cleanEmail(canonical) === canonical || isPlaceholderEmail(canonical)) &&
        canonicalEmail(canonical) === canonical
      )
    }),
    { numRuns: 1500 },
  )
  for (const raw of ['\ud800@example.com', 'İ@example.com', `"${'<'.repeat(900)}`, '@'.repeat(999)])
    t.doesNotThrow(() => cleanEmail(raw))
  t.end()
})

t.test('the short way for plain addresses says what the long way says', t => {
  const label = fc.stringMatching(/^[a-z0-9-]{0,5}$/)
  const host = fc.array(label, { minLength: 1, maxLength: 5 }).map(labels => labels.join('.'))
  const plain = fc.tuple(fc.stringMatching(/^[a-z0-9._+-]{1,10}$/), host).map(parts => parts.join('@'))
  fc.assert(
    fc.property(fc.oneof(plain, typed, fc.emailAddress()), raw => {
      // A sign of no width is taken out by the long way, and not taken by the short one.
      return cleanEmail(raw) === cleanEmail(`\u200b${raw}`)
    }),
    { numRuns: 2000 },
  )
  t.end()
})
