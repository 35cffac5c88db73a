import fc from 'fast-check'
import t from 'tap'
import { retryAfterMs } from './retry-after.ts'

const now = new Date('2026-03-01T10:00:00Z')
const asked = (headers: Record<string, string>): number | undefined =>
  retryAfterMs({ status: 429, headers, body: '' }, now)

t.test('seconds are read as seconds, whole or not', async t => {
  t.equal(asked({ 'retry-after': '2' }), 2_000)
  t.equal(asked({ 'retry-after': '2.0' }), 2_000)
  t.equal(asked({ 'retry-after': '0.25' }), 250)
  t.equal(asked({ 'retry-after': ' 7 ' }), 7_000)
})

t.test('a date is measured from our clock when the vendor does not tell its own', async t => {
  t.equal(asked({ 'retry-after': 'Sun, 01 Mar 2026 10:00:30 GMT' }), 30_000)
  t.equal(asked({ 'retry-after': 'Sun, 01 Mar 2026 09:59:00 GMT' }), 0, 'a date gone by is now')
})

t.test('a date is measured from the vendor’s own clock when it tells it', async t => {
  const headers = { 'retry-after': 'Sun, 01 Mar 2026 08:00:30 GMT', date: 'Sun, 01 Mar 2026 08:00:00 GMT' }
  t.equal(asked(headers), 30_000)
  t.equal(asked({ ...headers, date: 'nonsense' }), 0)
})

t.test('what is no wait is none, and a wait is never over an hour', async t => {
  t.equal(asked({}), undefined)
  t.equal(asked({ 'retry-after': 'soon' }), undefined)
  t.equal(asked({ 'retry-after': '-3' }), undefined)
  t.equal(asked({ 'retry-after': '999999' }), 3_600_000)
})

t.test('whatever a vendor writes, the wait is none or between nothing and an hour', async t => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), text => {
      const ms = asked({ 'retry-after': text })
      return ms === undefined || (Number.isInteger(ms) && ms >= 0 && ms <= 3_600_000)
    }),
  )
  t.pass('for every text')
})
