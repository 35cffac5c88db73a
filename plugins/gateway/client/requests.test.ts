import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { test } from 'tap'
import { makeRequests, type Requests, type Sent } from './requests.ts'

/** Requests over a line that the test has in its hand. */
function onALine(queueForMs = 60_000) {
  const line = { isUp: false, count: 0 }
  const sent: Sent[] = []
  const requests = makeRequests({
    queueForMs,
    newId: () => `n${++line.count}`,
    send: command => {
      if (line.isUp) sent.push(command)
      return line.isUp
    },
  })
  return {
    ...{ requests, sent },
    up: () => {
      line.isUp = true
      requests.connected()
    },
    down: () => {
      line.isUp = false
      requests.lost()
    },
    answer: (id: string | undefined) => requests.settle({ re: id ?? '', ok: true, data: { id } }),
  }
}

/** What became of a request, when something did. */
function watched(requests: Requests, type: string, data: object = {}): { outcome: unknown } {
  const seen: { outcome: unknown } = { outcome: null }
  requests.ask(type, data).then(
    answer => (seen.outcome = answer),
    (error: { code: string }) => (seen.outcome = error.code),
  )
  return seen
}

test('a refusal is an error with its code', async t => {
  const { requests, up, sent } = onALine()
  up()
  const asked = requests.ask('call.answer', { callId: 'c' })
  const error = { code: 'answered_elsewhere', message: 'Robin was quicker' }
  requests.settle({ re: sent[0]?.id ?? '', ok: false, error })
  await t.rejects(asked, error)
})

test('an answer that does not come in time is a timeout, and the next of the queue goes on', async t => {
  const { requests, up, sent, answer } = onALine()
  up()
  await t.rejects(requests.ask('call.hold', {}, { timeoutMs: 10 }), { code: 'timeout' })
  const first = requests.ask('call.note', { text: 'one' }, { timeoutMs: 10 })
  const second = requests.ask('call.note', { text: 'two' })
  await t.rejects(first, { code: 'timeout' })
  t.match(sent.at(-1), { data: { text: 'two' } })
  answer(sent.at(-1)?.id)
  await second
})

test('what waits too long for a connection is given up', async t => {
  const { requests, up, sent } = onALine(10)
  await t.rejects(requests.ask('call.note', { text: 'one' }), { code: 'timeout', message: /no connection/ })
  up()
  t.same(sent, [], 'and not done later')
})

test('more than can wait is refused at once', async t => {
  const { requests } = onALine()
  const all = Array.from({ length: 101 }, () => watched(requests, 'call.note'))
  await delay(0)
  t.equal(all.filter(({ outcome }) => outcome === 'queue_full').length, 1)
  requests.closed()
})

test('an id of the caller is kept, to repeat what may have been done', async t => {
  const { requests, up, sent, answer } = onALine()
  up()
  const asked = requests.ask('call.hold', { on: true }, { id: 'mine' })
  t.equal(sent[0]?.id, 'mine')
  answer('mine')
  t.same(await asked, { id: 'mine' })
})

const types = ['presence.set', 'call.note', 'message.read', 'call.answer', 'call.hold']
const step = fc.oneof(
  fc.record({ do: fc.constant('ask' as const), type: fc.constantFrom(...types) }),
  fc.record({ do: fc.constantFrom('up' as const, 'down' as const) }),
  fc.record({ do: fc.constant('answer' as const), nth: fc.nat(5) }),
)

test('whatever the line does: what is unsafe is sent once at most, what is safe until answered, one at a time, under one id; and everything ends', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      const { requests, sent, up, down, answer } = onALine()
      const outcomes: { type: string; outcome: unknown }[] = []
      const open = new Set<string>()
      let isUp = false
      const answers = (id: string | undefined): void => {
        answer(id)
        open.delete(id ?? '')
      }
      const note = (from: number): void => sent.slice(from).forEach(({ id }) => open.add(id))
      for (const one of steps) {
        const from = sent.length
        if (one.do === 'ask') outcomes.push(Object.assign(watched(requests, one.type), { type: one.type }))
        else if (one.do === 'up' && !isUp) up()
        else if (one.do === 'down') {
          down()
          open.clear()
        } else if (one.do === 'answer' && isUp) answers([...open][one.nth])
        if (one.do === 'up' || one.do === 'down') isUp = one.do === 'up'
        note(from)
        const safeOpen = sent.filter(({ id, type }) => open.has(id) && types.indexOf(type) < 3)
        if (new Set(safeOpen.map(({ id }) => id)).size > 1) return false
      }
      if (!isUp) up()
      for (const { id } of sent) answers(id)
      await delay(0)
      const unsafe = sent.filter(({ type }) => types.indexOf(type) > 2).map(({ id }) => id)
      const isOnce = new Set(unsafe).size === unsafe.length
      const isDone = outcomes.every(
        ({ type, outcome }) => outcome !== null && (types.indexOf(type) > 2 || typeof outcome === 'object'),
      )
      requests.closed()
      return isOnce && isDone
    }),
    { numRuns: 300 },
  )
  t.pass()
})
