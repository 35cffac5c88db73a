import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** How a case ended: what it found, or why it found nothing. */
export type Outcome<T> = { found: T; peakMb: number } | { stopped: string }

/** A case that takes longer is ended and shown as such. */
const usualPatienceMs = 240_000

/**
 * Runs one case in a process of its own, so that its memory is its own. It is a file that gets what it needs as JSON in its first
 * argument and prints what it found as JSON in its last line.
 */
export async function inChild<T>(file: string, ask: object, patienceMs = usualPatienceMs): Promise<Outcome<T>> {
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=12000', join(import.meta.dirname, file), JSON.stringify(ask)],
    {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let [said, complained, isLate] = ['', '', false]
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained = (complained + text).slice(-4000)))
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, patienceMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  if (isLate) return { stopped: `> ${patienceMs / 1000} s` }
  if (code !== 0) return { stopped: complaint(complained) }
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Outcome<T>
}

/** What a child says at its end. Its peak of memory is all it held at once, code and threads and all. */
export function found(result: object): void {
  console.log(JSON.stringify({ found: result, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }))
}

/** What `inChild` handed over. */
export function asked<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T
}

function complaint(text: string): string {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return `failed: ${lines.find(line => /Error/.test(line)) ?? lines.at(-1) ?? 'without a word'}`
}
