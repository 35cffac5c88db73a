import t from 'tap'
import { quietUntil } from './quiet.ts'

const night = { from: '21:00', to: '08:00', timeZone: 'Australia/Sydney' }
const until = (at: string, quiet = night): string | null => quietUntil(quiet, new Date(at))?.toISOString() ?? null

t.test('a night goes over midnight, by the clock on the wall', async t => {
  t.equal(until('2026-11-21T09:59:59Z'), null, 'one second before nine')
  t.equal(until('2026-11-21T10:00:00Z'), '2026-11-21T21:00:00.000Z')
  t.equal(until('2026-11-21T20:59:59Z'), '2026-11-21T21:00:00.000Z')
  t.equal(until('2026-11-21T21:00:00Z'), null)
})

t.test('the night in which the clocks move ends at eight all the same', async t => {
  t.equal(until('2026-10-03T15:00:00Z'), '2026-10-03T21:00:00.000Z', 'an hour shorter')
  t.equal(until('2026-04-04T15:00:00Z'), '2026-04-04T22:00:00.000Z', 'an hour longer')
})

t.test('hours within a day, and none at all', async t => {
  t.equal(
    until('2026-11-21T02:30:00Z', { from: '13:00', to: '14:00', timeZone: 'Australia/Sydney' }),
    '2026-11-21T03:00:00.000Z',
  )
  t.equal(until('2026-11-21T02:30:00Z', { from: '13:00', to: '13:00', timeZone: 'Australia/Sydney' }), null)
  t.equal(quietUntil(null, new Date()), null)
})
