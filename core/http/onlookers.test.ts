import t from 'tap'
import { makeOnlookers } from './onlookers.ts'

t.test('who is not watched stops at once', async t => {
  const onlookers = makeOnlookers(() => new Date())
  await onlookers.told()
  const clock = { ms: 0 }
  const forgotten = makeOnlookers(() => new Date(1e12 + clock.ms))
  forgotten.asked(true)
  clock.ms = 11_000
  await forgotten.told()
  t.pass('nobody has asked lately')
})

t.test('who is watched waits until it was told three times that we stop', async t => {
  const at = new Date()
  const onlookers = makeOnlookers(() => at)
  onlookers.asked(true)
  let isTold = false
  const telling = onlookers.told().then(() => (isTold = true))
  for (let time = 1; time <= 3; time++) {
    t.notOk(isTold)
    onlookers.asked(false)
    await new Promise(wake => setTimeout(wake, 60))
  }
  await telling
  t.ok(isTold)
})

t.test('who is watched by somebody who asks too seldom does not wait for ever', async t => {
  const clock = { ms: Date.now() }
  const onlookers = makeOnlookers(() => new Date((clock.ms += 500)))
  onlookers.asked(true)
  await onlookers.told()
  t.pass('it gave up waiting')
})
