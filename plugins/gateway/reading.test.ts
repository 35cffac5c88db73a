import type { StaffId } from '@switchboard/core'
import { silentLog } from '@switchboard/core/hub'
import { test } from 'tap'
import { readTogether } from './reading.ts'
import { opened, type Frame, type Session } from './session.ts'

const [sam, alex] = ['sam', 'alex'] as unknown as [StaffId, StaffId]

/** A connection that reads what follows `seq`, up to `goal`. */
function reader(seq: number, goal: number): Session {
  return { ...opened(new Date(0)), phase: 'live', seq, known: goal, catchUp: { state: 'reading', goal } }
}

test('devices that miss the same share one reading; other people, other gaps and later ones do not', async t => {
  const asked: string[] = []
  const framesAfter = async (staffId: StaffId, seq: number): Promise<Frame[]> => {
    asked.push(`${staffId} after ${seq}`)
    return [{ seq: seq + 1, text: `frame ${asked.length}` }]
  }
  const read = readTogether({ log: silentLog(), framesAfter })
  const all = await Promise.all([
    ...[read(reader(4, 9), sam), read(reader(4, 9), sam), read(reader(5, 9), sam), read(reader(4, 9), alex)],
    // What is committed meanwhile may not be in what is being read.
    read(reader(4, 10), sam),
  ])
  t.same(asked, ['sam after 4', 'sam after 5', 'alex after 4', 'sam after 4'])
  t.equal(all[0], all[1])
  t.not(all[0], all[4])
  await read(reader(4, 9), sam)
  t.equal(asked.length, 5, 'what was read is not kept')
})

test('a reading that fails is told as such to all, and the next one tries again', async t => {
  let isAway = true
  const framesAfter = async (): Promise<Frame[]> => {
    if (isAway) throw new Error('the database is away')
    return []
  }
  const read = readTogether({ log: silentLog(), framesAfter })
  t.same(await Promise.all([read(reader(0, 1), sam), read(reader(0, 1), sam)]), [null, null])
  isAway = false
  t.same(await read(reader(0, 1), sam), [])
})
