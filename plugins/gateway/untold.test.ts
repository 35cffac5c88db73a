import type { StaffId } from '@switchboard/core'
import { test } from 'tap'
import { until } from './test-hub.ts'
import { keepUntold } from './untold.ts'

const [sam, alex] = ['sam', 'alex'] as unknown as [StaffId, StaffId]

function keeping() {
  const clock = { ms: 0 }
  const told: StaffId[] = []
  const untold = keepUntold({ now: () => new Date(clock.ms) }, async staffIds => void told.push(...staffIds))
  return { clock, told, untold }
}

test('somebody is told of at once, and again only after a second, however often their devices come', async t => {
  const { clock, told, untold } = keeping()
  untold.add([sam, alex])
  await until(() => told.length === 2)
  for (let device = 0; device < 5; device++) untold.add([sam])
  await new Promise(resolve => setTimeout(resolve, 50))
  t.same(told, [sam, alex], 'the clock stands still')
  clock.ms = 1_000
  await until(() => told.length === 3)
  t.same(told, [sam, alex, sam])
  await untold.stop()
  t.equal(told.length, 3, 'nothing was left')
})

test('who is told of while it is told of others is not forgotten', async t => {
  const told: StaffId[] = []
  const { promise: held, resolve: go } = Promise.withResolvers<void>()
  const untold = keepUntold({ now: () => new Date() }, async staffIds => {
    told.push(...staffIds)
    if (staffIds.includes(sam)) await held
  })
  untold.add([sam])
  await until(() => told.length === 1)
  untold.add([alex])
  go()
  await until(() => told.length === 2)
  t.same(told, [sam, alex])
  await untold.stop()
})

test('those who come together are told of together', async t => {
  const batches: number[] = []
  const untold = keepUntold({ now: () => new Date(0) }, async staffIds => void batches.push(staffIds.length))
  untold.add(Array.from({ length: 150 }, (_, n) => String(n) as StaffId))
  await until(() => batches.length > 0)
  t.same(batches, [150])
  await untold.stop()
})

test('at the end what is left is told without waiting', async t => {
  const { told, untold } = keeping()
  untold.add([sam])
  await until(() => told.length === 1)
  untold.add([sam, alex])
  await untold.stop()
  t.same(told.toSorted(), [alex, sam, sam])
})
