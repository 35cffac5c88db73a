import fc from 'fast-check'
import { test } from 'tap'
import { laterStatus, type MessageStatus } from './message.ts'

const early: MessageStatus[] = ['scheduled', 'queued', 'sending', 'sent']
const ends: MessageStatus[][] = [
  ['received'],
  ['delivered'],
  ['undelivered'],
  ['failed'],
  ['canceled'],
  ['delivered', 'read'],
]
const all: MessageStatus[] = [...early, ...new Set(ends.flat())]

test('reports of one message come to the same end in any order, however often each comes', t => {
  const told = fc.tuple(fc.array(fc.constantFrom(...early)), fc.constantFrom(...ends)).chain(([steps, end]) => {
    const reports = [...steps, ...end, ...end]
    return fc.tuple(
      fc.constant(end.at(-1)),
      fc.constantFrom(...early),
      fc.shuffledSubarray(reports, { minLength: reports.length }),
    )
  })
  fc.assert(fc.property(told, ([end, first, reports]) => reports.reduce(laterStatus, first) === end))
  t.pass('any order')
  t.end()
})

test('before the end, the furthest step counts', t => {
  const steps = fc.array(fc.constantFrom(...early), { minLength: 1 })
  fc.assert(
    fc.property(steps, reports => {
      const furthest = Math.max(...reports.map(status => early.indexOf(status)))
      return reports.reduce(laterStatus) === early[furthest]
    }),
  )
  t.pass('the furthest')
  t.end()
})

test('what is final stays, but for a delivered message that is read', t => {
  const finals = ends.flat()
  for (const known of finals)
    for (const told of all)
      t.equal(laterStatus(known, told), known === 'delivered' && told === 'read' ? 'read' : known, `${known}, ${told}`)
  t.end()
})
