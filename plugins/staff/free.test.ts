import { test } from 'tap'
import type { CallId } from '@switchboard/core'
import { notFreeBecause, shownPresence, type Duty } from './free.ts'

const now = new Date('2026-11-21T10:41:30Z')
const done = new Date('2026-11-21T10:42:10Z')
const free: Duty = { role: 'agent', set: 'available', clients: 1, callId: null, wrapupUntil: null }
const because = (change: Partial<Duty>, timeZone = 'UTC') => notFreeBecause({ ...free, ...change }, now, timeZone)

test('an available person with a phone client connected is free', async t => {
  t.equal(because({}), null)
  t.equal(because({ role: 'manager' }), null)
  t.equal(because({ role: 'admin' }), null)
})

test('everybody else is told in plain words why not', async t => {
  t.equal(because({ role: 'viewer' }), 'is a viewer, and viewers are not rung')
  t.equal(because({ callId: 'c' as CallId }), 'is on another call')
  t.equal(because({ set: 'away' }), 'is away')
  t.equal(because({ set: 'busy' }), 'is busy')
  t.equal(because({ set: 'dnd' }), 'does not want to be disturbed')
  t.equal(because({ clients: 0 }), 'has no phone client connected')
  t.equal(because({ set: null, clients: 0 }), 'has no phone client connected')
  t.equal(because({ set: null }), 'is away')
})

test('wrapping up is told with its end on the clock of the place', async t => {
  t.equal(because({ wrapupUntil: done }), 'is wrapping up until 10:42')
  t.equal(because({ wrapupUntil: done }, 'Australia/Brisbane'), 'is wrapping up until 20:42')
  t.equal(because({ wrapupUntil: now }), null, 'at its end it is over')
})

test('a call explains more than a presence', async t => {
  t.equal(because({ callId: 'c' as CallId, set: 'dnd', wrapupUntil: done }), 'is on another call')
})

test('wrapping up hides what was set, for as long as it lasts', async t => {
  t.equal(shownPresence({ ...free, set: 'busy', wrapupUntil: done }, now), 'wrapup')
  t.equal(shownPresence({ ...free, set: 'busy', wrapupUntil: done }, done), 'busy')
  t.equal(shownPresence({ ...free, set: null }, now), 'away')
})
