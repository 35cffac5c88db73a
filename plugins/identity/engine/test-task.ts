import { threadId } from 'node:worker_threads'
import type { Task } from './parallel.ts'

/** Who squared which number. For tests. */
export interface Squares {
  squares: Float64Array
  /** The thread that did it. */
  by: Int32Array
  /** Whether the first piece is not done before the other thread has done one. */
  isShared: boolean
}

/** Squares the numbers of the pieces. */
export function openSquares({ squares, by, isShared }: Squares): (piece: number) => void {
  return piece => {
    if (isShared && threadId === 0) Atomics.wait(by, by.length - 1, 0, 8000)
    squares[piece] = piece * piece
    by[piece] = threadId
    if (threadId > 0) Atomics.store(by, by.length - 1, threadId)
    Atomics.notify(by, by.length - 1)
  }
}

/** A task for tests. */
export const squaring: Task<Squares> = { module: import.meta.url, name: 'openSquares', open: openSquares }
