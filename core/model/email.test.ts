import fc from 'fast-check'
import t from 'tap'
import { canonicalEmail, cleanEmail } from './email.ts'

t.test('an address is trimmed and lower-cased, wide letters made plain', t => {
  t.equal(cleanEmail('  Jane.Smith@Example.COM '), 'jane.smith@example.com')
  t.equal(cleanEmail('ｊane@example.com'), 'jane@example.com')
  t.equal(cleanEmail('o’brien+shop@example.com.au'), "o'brien+shop@example.com.au")
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
    'jane@-example.com',
    `${'a'.repeat(65)}@example.com`,
    `jane@${'a.'.repeat(130)}com`,
  ]
  for (const raw of wrong) t.equal(cleanEmail(raw), null, String(raw))
  t.end()
})

t.test('aliases of one mailbox share a canonical address', t => {
  t.equal(canonicalEmail('jane+shop@example.com'), 'jane@example.com')
  t.equal(canonicalEmail('j.a.n.e+x@gmail.com'), 'jane@gmail.com')
  t.equal(canonicalEmail('jane@googlemail.com'), 'jane@gmail.com')
  t.equal(canonicalEmail('+tag@example.com'), '+tag@example.com')
  t.end()
})

t.test('dots stay where the provider heeds them', t => {
  t.equal(canonicalEmail('j.smith@example.com'), 'j.smith@example.com')
  t.not(canonicalEmail('j.smith@outlook.com'), canonicalEmail('jsmith@outlook.com'))
  t.end()
})

t.test('cleaning twice changes nothing, and no text makes it throw', t => {
  const domain = fc.constantFrom('gmail.com', 'googlemail.com', 'example.com')
  const local = fc.stringMatching(/^[ A-Za-z0-9.+_-]{0,12}$/)
  const typed = fc.tuple(local, domain).map(([name, at]) => `${name}@${at}`)
  fc.assert(
    fc.property(fc.oneof(fc.string(), typed), raw => {
      const clean = cleanEmail(raw)
      if (clean === null) return true
      const canonical = canonicalEmail(clean)
      return (
        cleanEmail(clean) === clean && cleanEmail(canonical) === canonical && canonicalEmail(canonical) === canonical
      )
    }),
    { numRuns: 500 },
  )
  t.end()
})
