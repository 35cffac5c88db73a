import { newId } from '@switchboard/core'
import { testDatabase } from '@switchboard/test-postgres'
import { test } from 'tap'
import { enter } from './test-client.ts'
import { started, state, until } from './test-hub.ts'

test('a goodbye counts at once; a lost socket only after the grace time, and not when it came back', async t => {
  const gateway = await started(t, { options: { graceSeconds: 1 } })
  const { sam } = gateway.staff
  const enterAndWait = async () => {
    const client = await enter(await gateway.ticket(sam.id))
    await client.next('welcome')
    return client
  }
  const desk = await enterAndWait()
  const mobile = await enterAndWait()
  t.equal(gateway.clientsOf(sam.id), 2)
  desk.close(1000)
  await until(() => gateway.clientsOf(sam.id) === 1)
  mobile.close(4900)
  await until(async () => (await gateway.sql`select 1 from gateway_connection where gone_at is not null`).length === 1)
  t.equal(gateway.clientsOf(sam.id), 1, 'lost a moment ago')
  const back = await enterAndWait()
  t.equal(gateway.clientsOf(sam.id), 1, 'the lost one does not count besides')
  back.close(4900)
  gateway.pass(1_000)
  await until(() => gateway.clientsOf(sam.id) === 0)
  await until(async () => (await gateway.sql`select 1 from gateway_connection`).length === 0)
})

test('two hubs on one database: what one hears, the other pushes; and one that died is forgotten', async t => {
  const { url } = await testDatabase(t)
  const one = await started(t, { url, options: { graceSeconds: 1 } })
  const two = await started(t, { url, options: { graceSeconds: 1 }, staff: one.staff })
  const { sam, robin } = one.staff
  const client = await enter(await two.ticket(sam.id))
  await client.next('welcome')
  await one.publish('call.state', state('from the other hub', sam.id))
  t.equal((await client.next('call.state')).data.callId, 'from the other hub')

  // A hub that was killed: it says no more that it lives, and cannot say that its sockets are gone.
  const dead = newId()
  await one.sql`insert into gateway_hub (id, alive_until) values (${dead}, now() + interval '1 second')`
  await one.sql`insert into gateway_connection (id, staff_id, hub_id, opened_at) values (${newId()}, ${robin.id}, ${dead}, now())`
  await one.sql`insert into gateway_connection (id, staff_id, hub_id, opened_at) values (${newId()}, ${newId()}, ${dead}, now())`
  const connected = (): Promise<unknown[]> => one.sql`select staff_id as "staffId" from gateway_connection`
  await until(async () => (await connected()).length === 1)
  t.same(await connected(), [{ staffId: sam.id }])
  t.ok(one.clientsOf(robin.id) === 0 || two.clientsOf(robin.id) === 0, 'and the roster was told')
})

test('a hub that was taken for dead puts its connections right again', async t => {
  const gateway = await started(t, { options: { graceSeconds: 1 } })
  const { sam } = gateway.staff
  const client = await enter(await gateway.ticket(sam.id))
  await client.next('welcome')
  await gateway.sql`delete from gateway_connection`
  await gateway.sql`delete from gateway_hub`
  await until(async () => (await gateway.sql`select 1 from gateway_connection`).length === 1)
  t.equal(gateway.clientsOf(sam.id), 1)
})

test('somebody of whom the roster cannot be told keeps nobody else from being told of, and is told of later', async t => {
  const gateway = await started(t, { options: { graceSeconds: 1 } })
  const { sam, robin } = gateway.staff
  gateway.stuck.add(sam.id)
  await gateway.sql`insert into gateway_connection (id, staff_id, hub_id, opened_at)
    select gen_random_uuid(), staff_id, gen_random_uuid(), now() from unnest(${[sam.id, robin.id]}::uuid[]) as lost (staff_id)`
  await until(() => gateway.clientsOf(robin.id) === 0)
  t.equal(gateway.clientsOf(sam.id), undefined)
  gateway.stuck.clear()
  await until(() => gateway.clientsOf(sam.id) === 0)
  await until(async () => (await gateway.sql`select 1 from gateway_connection`).length === 0)
})
