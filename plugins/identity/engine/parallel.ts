import { Worker } from 'node:worker_threads'

/** Work that comes in pieces, which two threads take in turn. What it makes it writes into shared memory that it is given. */
export interface Task<Given> {
  /** The address of the module that exports `open` (`import.meta.url`). */
  module: string
  /** The export's name. */
  name: string
  /** Prepares the work in one thread. A piece that is done twice does no harm: it writes the same again. */
  open(given: Given): (piece: number) => void
}

/** Another thread that takes part in tasks. */
export interface OtherThread {
  post(word: Turn): void
}

/** What the other thread is told of a task. `taken` is the number of pieces taken; of each piece `isDone` says 1 when it is done. */
export interface Turn {
  module: string
  name: string
  given: unknown
  taken: Int32Array
  isDone: Int32Array
}

/** Below so many rows, or half as many pairs, two threads are no faster than one: a thread takes about 0.2 s of a processor to begin. */
export const worthTwo = 100_000

/**
 * Starts a thread for tasks. It does not keep the process alive, and takes no part until it has begun.
 * @param modules of the tasks to come, imported at once
 */
export function openThread(modules: readonly string[] = []): OtherThread & { end(): void } {
  const worker = new Worker(new URL('./parallel-worker.ts', import.meta.url), { workerData: modules })
  worker.unref()
  // Without it the task is done here alone, which is slower and no less right.
  worker.on('error', () => {})
  return { post: word => worker.postMessage(word), end: () => void worker.terminate() }
}

/**
 * Does all pieces of a task, from 0 up, here and in the other thread at once, and returns when they are done. What the other
 * thread took and has not done in `patienceMs` is done here.
 * @param work plain values and shared memory, and how many pieces it has @throws what a piece throws
 */
export function inHalves<Given>(
  other: OtherThread | null,
  task: Task<Given>,
  work: { given: Given; pieces: number; patienceMs?: number },
): void {
  const { given, pieces, patienceMs = 10_000 } = work
  const { module, name } = task
  const [taken, isDone] = [sharedInts(1), sharedInts(pieces)]
  if (pieces > 1) other?.post({ module, name, given, taken, isDone })
  const run = task.open(given)
  takeTurns(run, { taken, isDone })
  for (let piece = 0; piece < pieces; piece++)
    if (Atomics.wait(isDone, piece, 0, patienceMs) === 'timed-out') run(piece)
}

/** Takes pieces as long as there are any. */
export function takeTurns(run: (piece: number) => void, { taken, isDone }: Pick<Turn, 'taken' | 'isDone'>): void {
  for (let piece = Atomics.add(taken, 0, 1); piece < isDone.length; piece = Atomics.add(taken, 0, 1)) {
    run(piece)
    Atomics.store(isDone, piece, 1)
    Atomics.notify(isDone, piece)
  }
}

/** Takes part in a task that another thread has begun. */
export async function takePart({ module, name, given, taken, isDone }: Turn): Promise<void> {
  if (Atomics.load(taken, 0) >= isDone.length) return
  const { [name]: open } = (await import(module)) as Record<string, Task<unknown>['open']>
  takeTurns(open!(given), { taken, isDone })
}

function sharedInts(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(count * 4))
}
