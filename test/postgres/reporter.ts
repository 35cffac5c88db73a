import { mkdirSync, openSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'

/** A tap reporter that prints nothing and keeps everything in `.tap/results.tap`, for `run.ts` to read. tap wants a class, as default export. */
export default class Reporter extends Writable {
  readonly #file: number

  constructor() {
    super()
    mkdirSync('.tap', { recursive: true })
    this.#file = openSync('.tap/results.tap', 'w')
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    writeSync(this.#file, chunk)
    done()
  }

  /** tap would pass the output on to the terminal. */
  override pipe<T>(terminal: T): T {
    return terminal
  }
}
