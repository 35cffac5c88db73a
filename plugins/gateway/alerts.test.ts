import { test } from 'tap'
import { enter } from './test-client.ts'
import { at, started } from './test-hub.ts'

test('an alert reaches connected managers, and nobody else', async t => {
  const gateway = await started(t)
  const { sam, robin } = gateway.staff
  robin.role = 'manager'
  const [boss, agent] = [await enter(await gateway.ticket(robin.id)), await enter(await gateway.ticket(sam.id))]
  for (const client of [boss, agent]) await client.next('welcome')
  const alert = { part: 'front', key: 'silent', news: 'raised', message: 'look', since: at, at }
  await gateway.publish('alert.told', { id: 'x', ...alert })
  t.same((await boss.next('alert.changed')).data, alert)
  await gateway.publish('alert.told', { id: 'y', ...alert, news: 'resolved' })
  t.equal((await boss.next('alert.changed')).data.news, 'resolved')
  t.notOk(agent.frames.some(({ type }) => type === 'alert.changed'))
})
