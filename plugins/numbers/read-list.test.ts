import t from 'tap'
import { readList } from './read-list.ts'

const settings = { region: 'AU', reason: 'known for spam', days: null, now: new Date('2026-11-21T00:00:00Z') } as const

t.test('a number in each line, however written, with its reason or the usual one', async t => {
  const { rows, bad } = readList('phone,reason\n0412 345 678\n"+61 491 570 156", robocaller\n# a comment\n\n', settings)
  t.same(rows, [
    { number: '+61412345678', reason: 'known for spam', until: null },
    { number: '+61491570156', reason: 'robocaller', until: null },
  ])
  t.same(bad, [])
})

t.test('a line that is no number is told with its place, and the others are read', async t => {
  const { rows, bad } = readList('0412345678\nnonsense\n12\n0491570156', settings)
  t.equal(rows.length, 2)
  t.same(bad, [
    { line: 2, text: 'nonsense' },
    { line: 3, text: '12' },
  ])
})

t.test('numbers that stay for a while say until when', async t => {
  const { rows } = readList('0412345678', { ...settings, days: 30 })
  t.equal(rows[0]?.until?.toISOString(), '2026-12-21T00:00:00.000Z')
})
