import t from 'tap'
import { inHalves, openThread, type OtherThread } from './parallel.ts'
import { squaring, type Squares } from './test-task.ts'

t.test('every piece is done without another thread', async t => {
  const given = room(100, false)
  inHalves(null, squaring, { given, pieces: 100 })
  t.ok(isDone(given, 100))
})

t.test('two threads share the pieces, though this one never lets go of its thread of control', async t => {
  const thread = openThread()
  const given = room(1000, true)
  inHalves(thread, squaring, { given, pieces: 1000 })
  t.ok(isDone(given, 1000))
  t.same(new Set(given.by.subarray(0, 1000)).size, 2)
  thread.end()
})

t.test('what a thread leaves undone is done here', async t => {
  const lost: OtherThread = { post: ({ taken }) => void Atomics.add(taken, 0, 3) }
  const given = room(10, false)
  inHalves(lost, squaring, { given, pieces: 10, patienceMs: 50 })
  t.ok(isDone(given, 10))
})

t.test('what a piece throws here is thrown', async t => {
  const breaking = {
    ...squaring,
    open: () => () => {
      throw new Error('broke')
    },
  }
  t.throws(() => inHalves(null, breaking, { given: room(1, false), pieces: 1 }), { message: 'broke' })
})

function room(pieces: number, isShared: boolean): Squares {
  const memory = () => new SharedArrayBuffer((pieces + 1) * 8)
  return { squares: new Float64Array(memory()), by: new Int32Array(memory(), 0, pieces + 1), isShared }
}

function isDone({ squares }: Squares, pieces: number): boolean {
  return squares.subarray(0, pieces).every((square, at) => square === at * at)
}
