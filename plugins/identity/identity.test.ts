import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { ask, card, letters, order, profiles, started, until } from './test-hub.ts'

const jane = { firstName: 'Jane', lastName: 'Smith', email: 'jane@x.example', phones: ['0412 345 678'] }

t.test('ClientSync reads every source and matches what changed, though one of them fails', async t => {
  const { hub, shop } = await started(t, { isBroken: true })
  shop.push(order('1', jane), order('2', { ...jane, firstName: 'Jayne' }))
  await t.rejects(hub.runJob('ClientSync'), /broken: the vendor is down/)
  t.match(await card(hub, '0412345678'), { displayName: /Ja/, orders: { length: 2 } })
})

t.test('ClientSync tells what it did, and does nothing where nothing changed', async t => {
  const { hub, shop } = await started(t)
  shop.push(order('1', jane), order('2', { email: 'lone@x.example' }), order('3', { name: 'Nobody' }))
  t.match(await hub.runJob('ClientSync'), { rows: 3, recordsChanged: 3 })
  t.match(await card(hub, '0412345678'), { displayName: 'Jane Smith' })
  t.match(await hub.runJob('ClientSync'), { recordsChanged: 0, records: 0, changed: 0 })
})

t.test('records that come in are matched by themselves, and others are told', async t => {
  const { hub, shop, heard } = await started(t)
  shop.push(order('1', jane), order('2', { firstName: 'Jane', lastName: 'Smith', email: 'jane@work.example' }))
  await hub.pull('shop')
  await until(async () => (await profiles(hub)).length === 2)
  const [young, old] = await profiles(hub)
  shop.push(order('3', { ...jane, email: 'jane@work.example' }))
  await hub.pull('shop')
  await until(async () => (await profiles(hub)).length === 1)
  await until(async () => heard.some(({ name }) => name === 'profile.merged'))
  t.same(heard.find(({ name }) => name === 'profile.merged')?.data, { profileId: old!.id, merged: [young!.id] })
  t.ok(
    heard.some(({ name, data }) => name === 'profile.changed' && (data as { profileId: string }).profileId === old!.id),
  )
  const { status, json } = await ask(hub, `/api/profiles/${young!.id}`)
  t.match({ status, json }, { status: 200, json: { id: old!.id, redirectedFrom: young!.id, records: { length: 3 } } })
})

t.test('a first sync of many records goes to a thread, and is told as one event', async t => {
  const { hub, shop, heard } = await started(t)
  for (let at = 0; at < 700; at++)
    shop.push(order(String(at), { name: `F${letters(at)} L${letters(at)}`, email: `${at}@x.example` }))
  t.match(await hub.runJob('ClientSync'), { rows: 700 })
  const answer = await ask(hub, '/api/profiles?email=699@x.example')
  t.match(answer.json.items, [{ displayName: `F${letters(699)} L${letters(699)}` }])
  await until(async () => heard.length > 0)
  t.match(heard, [{ name: 'profiles.rebuilt', data: { count: 700 } }])
})

t.test('a hub that stops during a big match lets go of it, and the next one does it', async t => {
  const { hub, shop, databaseUrl } = await started(t)
  for (let at = 0; at < 2000; at++)
    shop.push(order(String(at), { name: `F${letters(at)} Lee`, email: `${at}@x.example` }))
  await hub.pull('shop')
  await pause(200)
  await hub.close()
  const next = await started(t, { databaseUrl })
  await until(async () => (await ask(next.hub, '/api/profiles?email=1999@x.example')).json.items.length === 1)
})
