import type { StaffId } from '@switchboard/core'
import { test } from 'tap'
import { gatherFrames } from './gather.ts'
import type { Frame } from './session.ts'
import { until } from './test-hub.ts'

const [sam, alex] = ['sam', 'alex'] as unknown as [StaffId, StaffId]
const frame = (seq: number): Frame => ({ seq, text: `frame ${seq}` })
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A gatherer under a clock that goes on only while somebody is told. */
function gathering({ tellingMs }: { tellingMs: number }) {
  const clock = { ms: 0 }
  const told: [StaffId, number[]][] = []
  const tell = (staffId: StaffId, frames: readonly Frame[]): void => {
    clock.ms += tellingMs
    told.push([staffId, frames.map(({ seq }) => seq)])
  }
  return { told, clock, ...gatherFrames(() => new Date(clock.ms), tell) }
}

test('what comes in one turn is told together, in the order of its count', async t => {
  const { add, told } = gathering({ tellingMs: 0 })
  add(sam, [frame(2)], false)
  add(alex, [frame(7)], false)
  add(sam, [frame(1), frame(3)], false)
  t.same(told, [])
  await turn()
  t.same(told, [
    [sam, [1, 2, 3]],
    [alex, [7]],
  ])
  add(sam, [frame(4)], false)
  await turn()
  t.same(told.at(-1), [sam, [4]])
})

test('after much telling what is for many waits, and what is for few does not, nor is it overtaken', async t => {
  const { add, told, clock } = gathering({ tellingMs: 20 })
  add(sam, [frame(1)], true)
  add(alex, [frame(1)], true)
  await until(() => told.length === 2)
  add(sam, [frame(2)], true)
  add(alex, [frame(2)], true)
  await turn()
  await turn()
  t.equal(told.length, 2, 'the clock stands still: it waits')
  add(sam, [frame(3)], false)
  await turn()
  t.same(told.slice(2), [[sam, [2, 3]]], 'a ring takes along what waited for its person')
  clock.ms += 1_000
  await until(() => told.length === 4)
  t.same(told.at(-1), [alex, [2]])
  await new Promise(resolve => setTimeout(resolve, 60))
  t.equal(told.length, 4, 'nobody is told anything twice')
})
