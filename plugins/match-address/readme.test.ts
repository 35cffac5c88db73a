import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'tap'
import type { Evidence } from '@switchboard/core'
import { cleanPostcode } from './postcode.ts'
import { cleanStreet } from './street.ts'

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')

test('the evidence that the README shows is a module that can be loaded, and reads what it says', async t => {
  const source = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const file = join(t.testdir({ 'birth-date.ts': source }), 'birth-date.ts')
  const { evidence } = (await import(pathToFileURL(file).href)) as { evidence: Evidence }
  t.strictSame(evidence.fields?.['born']?.read({ role: 'customer', birthDate: '1990-02-03' }), ['1990-02-03'])
  t.strictSame(evidence.fields?.['born']?.read({ role: 'customer' }), [])
  for (const { m, u } of evidence.comparisons ?? []) t.strictSame(Object.keys(m), Object.keys(u))
})

test('the spellings that the README shows are cleaned as it says', t => {
  t.match(
    readme,
    /"Unit 3, 12 High St." and "U3\/12 High Street" are `3\/12 high street`; "P.O. Box 7" is `po box 7`; 800 is `0800`/,
  )
  t.equal(cleanStreet('Unit 3, 12 High St.'), '3/12 high street')
  t.equal(cleanStreet('U3/12 High Street'), '3/12 high street')
  t.equal(cleanStreet('P.O. Box 7'), 'po box 7')
  t.equal(cleanPostcode({ postcode: '800', country: 'AU' }), '0800')
  t.end()
})
