import { parentPort, workerData } from 'node:worker_threads'
import { takePart, type Turn } from './parallel.ts'

/* Takes part in the tasks it is told of. */
if (parentPort) {
  parentPort.on('message', (turn: Turn) => takePart(turn))
  for (const module of workerData as readonly string[]) await import(module)
}
