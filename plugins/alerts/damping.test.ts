import { after, hour, minute } from '@switchboard/core'
import fc from 'fast-check'
import { test } from 'tap'
import { step, type News, type Told } from './damping.ts'

const start = new Date('2026-03-02T09:00:00Z')
const calmMs = 2 * minute

/** What is told while an alert goes on and off: `+` it is raised, `-` it is over, a number: so many minutes pass. */
function play(course: string): string[] {
  let told: Told | null = null
  let now = start
  let isStanding = false
  const said: string[] = []
  const look = (): void => {
    const next = step(told, { isStanding, now, calmMs })
    told = next.told
    if (next.news) said.push(next.news)
  }
  for (const move of course.split(' ')) {
    if (move === '+' || move === '-') {
      isStanding = move === '+'
      look()
    } else
      for (let minutes = Number(move); minutes > 0; minutes--) {
        now = after(now, minute)
        look()
      }
  }
  return said
}

test('it is told once when it begins, and once when it has been over for a while', t => {
  t.same(play('+ 5 + 60 +'), ['raised'])
  t.same(play('+ 5 - 1'), ['raised'])
  t.same(play('+ 5 - 2'), ['raised', 'resolved'])
  t.same(play('+ 5 - 300'), ['raised', 'resolved'])
  t.end()
})

test('one that was over before anybody was told is not told', t => {
  t.same(step(null, { isStanding: false, now: start, calmMs }), { told: null, news: null })
  t.end()
})

test('one that comes and goes is told as that, once, and its end when it stays away', t => {
  t.same(play('+ 1 - 1 +'), ['raised'])
  t.same(play('+ 1 - 1 + 1 - 1 + 1 - 1 + 1 - 1 + 1 - 1 +'), ['raised', 'unsteady'])
  t.same(play('+ 1 - 1 + 1 - 1 + 1 - 7'), ['raised'], 'after coming back twice, eight minutes of calm')
  t.same(play('+ 1 - 1 + 1 - 1 + 1 - 8'), ['raised', 'resolved'])
  t.end()
})

test('one that comes back within the hour needs a longer calm; after an hour it is new', t => {
  t.same(play('+ - 2 + - 3'), ['raised', 'resolved', 'raised'])
  t.same(play('+ - 2 + - 4'), ['raised', 'resolved', 'raised', 'resolved'])
  t.same(play('+ - 63 + - 2'), ['raised', 'resolved', 'raised', 'resolved'])
  t.end()
})

test('whatever happens: raised and resolved take turns, and a look that is repeated tells nothing', t => {
  const moves = fc.array(fc.record({ isStanding: fc.boolean(), minutes: fc.integer({ min: 0, max: 90 }) }), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(moves, course => {
      let told: Told | null = null
      let now = start
      const said: News[] = []
      for (const { isStanding, minutes } of course) {
        now = after(now, minutes * minute)
        const next = step(told, { isStanding, now, calmMs })
        told = next.told
        if (next.news) said.push(next.news)
        const again = step(told, { isStanding, now, calmMs })
        if (again.news !== null) return false
        if (isStanding && told?.state !== 'raised') return false
      }
      const turns = said.filter(news => news !== 'unsteady')
      return turns.every((news, at) => news === (at % 2 === 0 ? 'raised' : 'resolved'))
    }),
  )
  t.end()
})

test('however often it comes and goes in an hour, people hear of it a few times', t => {
  const course = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 40, maxLength: 40 })
  fc.assert(
    fc.property(course, pauses => {
      const said = play(pauses.map((minutes, at) => `${at % 2 ? '-' : '+'} ${minutes}`).join(' '))
      return said.length <= 2 + 2 * Math.ceil(Math.log2(hour / calmMs))
    }),
  )
  t.end()
})
