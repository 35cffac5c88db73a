import { createInterface } from 'node:readline'
import type { GatewayClient } from '@switchboard/gateway/client'
import { widthFor } from './card.ts'
import { makePhone, type Key, type Phone } from './phone.ts'
import { openScreen, type Output } from './screen.ts'

export { renderCard } from './card.ts'

/** What the terminal client runs with. */
export interface TerminalSettings {
  client: Pick<GatewayClient, 'on' | 'request' | 'close'>
  /** On a terminal single keys are read, else lines such as "answer". */
  input: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(isRaw: boolean): unknown }
  output: Output
  /** No colours, and nothing is rewritten in place. */
  isPlain?: boolean
  /** Default: as wide as the terminal, 80 where there is none. */
  width?: number
  now?(): Date
}

/** A phone client in a terminal: shows cards and how the call goes, and obeys keys. Ends when its person quits. */
export async function runTerminal(settings: TerminalSettings): Promise<void> {
  const { client, input, output, isPlain = false, now = () => new Date() } = settings
  const isLive = output.isTTY === true && !isPlain
  const screen = openScreen(output, isLive)
  const look = { width: widthFor(settings.width ?? output.columns ?? 80), colour: isLive }
  const phone = makePhone({ client, screen, look, now })
  const clock = isLive ? setInterval(phone.refresh, 1_000) : undefined
  phone.refresh()
  await (input.isTTY && input.setRawMode ? obeyKeys(phone, input) : obeyLines(phone, input))
  clearInterval(clock)
  phone.close()
  client.close()
  screen.status('')
}

const words: Readonly<Record<string, Key | 'q'>> = {
  a: 'a',
  answer: 'a',
  d: 'd',
  decline: 'd',
  h: 'h',
  'hang up': 'h',
  hangup: 'h',
  p: 'p',
  q: 'q',
  quit: 'q',
  /** Ctrl-C and Ctrl-D, which a terminal passes on when keys are read singly. */
  '\u0003': 'q',
  '\u0004': 'q',
}

/** @returns when the key means to quit */
function obey(phone: Phone, typed: string): boolean {
  const key = words[typed.trim().toLowerCase() || typed]
  if (key && key !== 'q') phone.press(key)
  return key === 'q'
}

async function obeyKeys(phone: Phone, input: TerminalSettings['input']): Promise<void> {
  input.setRawMode?.(true)
  input.resume()
  await new Promise<void>(resolve => {
    const hear = (bytes: Buffer | string): void => {
      if (![...bytes.toString()].some(key => obey(phone, key))) return
      input.off('data', hear)
      resolve()
    }
    input.on('data', hear)
  })
  input.setRawMode?.(false)
  input.pause()
}

/** The end of the input is no wish to quit: the client may run with nothing to read from, only to show. */
async function obeyLines(phone: Phone, input: TerminalSettings['input']): Promise<void> {
  const lines = createInterface({ input, terminal: false })
  await new Promise<void>(resolve => {
    lines.on('line', line => {
      if (obey(phone, line)) resolve()
    })
  })
  lines.close()
}
