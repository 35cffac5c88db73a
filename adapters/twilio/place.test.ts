import fc from 'fast-check'
import t from 'tap'
import { cursorOf, isNews, listedUpTo, passed, placeOf, type Item, type Place } from './place.ts'

const start = new Date('2026-11-01T00:00:00Z')
const items = (count: number, everyMs: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `SM${index}:sent`,
    at: new Date(start.getTime() + index * everyMs),
  }))
/** A place that was put away and taken up again. */
const resumed = (place: Place): Place => placeOf(cursorOf(place), new Date(0))

t.test('without a cursor, and with one that is not ours, it begins at the start', async t => {
  for (const cursor of [null, '', 'x', '{}', '{"from":1}', '2026-11-21T00:00:00Z'])
    t.same(placeOf(cursor, start), { from: start, since: start, told: new Map() })
})

t.test('what was told is not news again, whatever page a read stops after', async t => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 0, max: 600_000 }),
      fc.nat(300),
      (count, ms, stop) => {
        const all = items(count, ms)
        const [told, rest] = [all.slice(0, stop), all.slice(stop)]
        const place = resumed(passed(placeOf(null, start), told))
        return rest.every(item => isNews(place, item)) && !told.some(item => isNews(place, item))
      },
    ),
  )
  t.pass()
})

t.test('what shows up late is news: an hour late in quiet times', async t => {
  const place = resumed(listedUpTo(passed(placeOf(null, start), items(100, 60_000))))
  const last = start.getTime() + 99 * 60_000
  t.ok(isNews(place, { id: 'late', at: new Date(last - 59 * 60_000) }))
  t.notOk(isNews(place, { id: 'too late', at: new Date(last - 61 * 60_000) }))
})

t.test('in busy times the cursor stays short, and nothing but the last second is told again', async t => {
  const all = items(5000, 100)
  const place = passed(placeOf(null, start), all)
  t.ok(cursorOf(place).length < 10_000)
  const later = resumed(place)
  t.ok(all.filter(item => isNews(later, item)).length <= 10)
  t.notOk(
    all.some(item => isNews(place, item)),
    'and within one read nothing',
  )
})

t.test('the next listing begins a day before the last that was told', async t => {
  const place = listedUpTo(passed(placeOf(null, start), items(2, 3 * 86_400_000)))
  t.same(place.from, new Date(start.getTime() + 2 * 86_400_000))
  t.same(listedUpTo(placeOf(null, start)).from, start, 'and never before it began')
})
