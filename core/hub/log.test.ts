import { Writable } from 'node:stream'
import t from 'tap'
import { makeLog, silentLog, type LogSettings } from './log.ts'

/** A log, and the lines it wrote. */
function written(level: LogSettings['level']): {
  log: ReturnType<typeof makeLog>
  lines: () => { [key: string]: unknown }[]
} {
  let text = ''
  const stream = new Writable({ write: (chunk, _, done) => ((text += chunk), done()) })
  const lines = (): { [key: string]: unknown }[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
  return { log: makeLog({ level, stream }), lines }
}

t.test('a line is a phrase, its facts, a level and a time', async t => {
  const { log, lines } = written('info')
  log.info({ callId: 'c-1', took: 3 }, 'call answered')
  t.match(lines(), [{ level: 30, msg: 'call answered', callId: 'c-1', took: 3, time: /^\d{4}-\d\d-\d\dT/ }])
})

t.test('less important lines than the level are left out', async t => {
  const { log, lines } = written('warn')
  log.debug({}, 'one')
  log.info({}, 'two')
  log.warn({}, 'three')
  log.error({}, 'four')
  t.same(
    lines().map(({ msg }) => msg),
    ['three', 'four'],
  )
})

t.test('the facts of a child and of its children are on every line', async t => {
  const { log, lines } = written('debug')
  log.child({ part: 'calls' }).child({ callId: 'c-1' }).debug({ step: 1 }, 'stepped')
  t.match(lines(), [{ part: 'calls', callId: 'c-1', step: 1 }])
})

t.test('neither a line nor a child says how to reach a person', async t => {
  const { log, lines } = written('info')
  const child = log.child({ from: '+61400000678' }).child({ email: 'ann@example.org' })
  child.warn({ error: new Error('no such mailbox: ann@example.org'), token: 'abc' }, 'message not sent')
  t.match(lines(), [
    { from: '…678', email: 'a…@example.org', token: '[redacted]', error: { message: /a…@example\.org$/ } },
  ])
  t.notMatch(JSON.stringify(lines()), /400000|ann@|abc/)
})

t.test('a silent log takes everything and says nothing', async t => {
  const log = silentLog()
  t.doesNotThrow(() => log.child({ a: 1 }).error({ b: 2 }, 'unheard'))
})
