import { Writable } from 'node:stream'
import { second } from '@switchboard/core'
import cliProgress from 'cli-progress'
import { lasted } from './phrases.ts'

/** How far something has come. */
export interface Progress {
  rows: number
  /** Null where nobody knows how many there are. */
  total: number | null
  startedAt: Date
}

/** Shows how far something is: a bar that is rewritten in place on a terminal, else a line every few seconds. */
export interface ProgressBar {
  /** Null: what is to be shown has not begun yet. Nothing is drawn before the first time. */
  show(progress: Progress | null): void
  /** Takes the bar away. */
  close(): void
}

/** How a line about progress is drawn. */
export interface ProgressLook {
  /** A bar is drawn, in so many columns; null: words only. */
  width: number | null
  now: Date
}

/** Where a bar is drawn. */
export interface ProgressOutput extends NodeJS.WritableStream {
  isTTY?: boolean
}

const linesEveryMs = 3 * second

/** @param isPlain nothing is to be rewritten in place, also on a terminal */
export function openProgress(name: string, output: ProgressOutput, isPlain: boolean): ProgressBar {
  const isLive = output.isTTY === true && !isPlain
  let shown: Progress | null = null
  let isDrawn = false
  const bar = new cliProgress.SingleBar({
    ...{ stream: isLive ? output : linesOf(output), noTTYOutput: true, notTTYSchedule: linesEveryMs, fps: 8 },
    ...{ hideCursor: true, clearOnComplete: true, linewrap: true },
    format: (_, { maxWidth }) =>
      progressLine(name, shown, { width: isLive ? Math.min(maxWidth - 1, 100) : null, now: new Date() }),
  })
  return {
    show(progress) {
      shown = progress ?? shown
      if (!isDrawn) bar.start(0, 0)
      isDrawn = true
    },
    close: () => bar.stop(),
  }
}

/** The same place, as something that is no terminal. */
function linesOf(output: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _, done) {
      output.write(chunk)
      done()
    },
  })
}

/** How far it is: percent and time left where the whole is known, else a bar that moves. */
export function progressLine(name: string, progress: Progress | null, { width, now }: ProgressLook): string {
  if (!progress) return `${name}: about to begin`
  const { rows, total, startedAt } = progress
  const elapsedMs = Math.max(0, now.getTime() - startedAt.getTime())
  const perSecond = elapsedMs > 0 ? (rows / elapsedMs) * second : 0
  const share = total ? Math.min(1, rows / total) : null
  const facts = [
    ...(total
      ? [`${Math.floor((share ?? 0) * 100)} %`, `${count(rows)} of ${count(total)} rows`]
      : [`${count(rows)} rows`]),
    `${count(Math.round(perSecond))} rows/s`,
    lasted(elapsedMs),
    ...(total && perSecond > 0 ? [`${lasted((Math.max(0, total - rows) / perSecond) * second)} left`] : []),
  ].join('  ')
  if (width === null) return `${name}: ${facts.replaceAll('  ', ', ')}`
  const room = width - name.length - facts.length - '  []  '.length
  return room < 8 ? `${name}  ${facts}` : `${name}  [${drawn(share, room, elapsedMs)}]  ${facts}`
}

const full = '█'
const empty = '░'

/** A bar of so many columns: filled to its share, or with a block that goes to and fro. */
function drawn(share: number | null, columns: number, elapsedMs: number): string {
  if (share !== null) {
    const filled = Math.floor(share * columns)
    return full.repeat(filled) + empty.repeat(columns - filled)
  }
  const block = Math.max(2, Math.floor(columns / 5))
  const way = columns - block
  const step = Math.floor(elapsedMs / 125) % (2 * way)
  const before = step <= way ? step : 2 * way - step
  return empty.repeat(before) + full.repeat(block) + empty.repeat(way - before)
}

/** A count with its thousands apart: "4,112". */
export function count(number: number): string {
  return new Intl.NumberFormat('en-AU').format(number)
}
