import { z } from 'zod'
import type { Delivered } from './deliver.ts'
import { randomOf, seedOf } from './random.ts'
import { jsonOf, type SimulatorRoute } from './server.ts'
import { read } from './twilio-control.ts'
import type { Exchange, LineSettings, Text, TextEnd } from './twilio-model.ts'
import { hearText, settleText, type Writing } from './twilio-texts.ts'
import { manyTexts } from './twilio-traffic.ts'
import type { World } from './world.ts'

/** A message as those who drive the simulator see it. */
export type TextView = Pick<Text, 'direction' | 'from' | 'to' | 'body' | 'status' | 'errorCode'> & {
  messageSid: string
}

/** A line with its settings. */
export type LineView = LineSettings & { sid: string; phoneNumber: string }

/** The ways to make things happen with messages and lines. */
export interface TextControls {
  /** Somebody writes to a line; default: the usual caller, to the first line. @throws RangeError for a number that is no line */
  hear(writing: Partial<Writing> & { body: string }): { messageSid: string; delivered: Promise<Delivered> }
  /** Every message there was, oldest first. */
  texts(): TextView[]
  /** What becomes of messages to this number from now on. Default: they arrive. */
  scriptText(to: string, end: TextEnd): void
  /** Moves a message that was sent on to its end, now. Resolves when all webhooks about it were answered. @throws RangeError for an unknown one */
  settleText(messageSid: string, end?: Exclude<TextEnd, 'waits'>): Promise<void>
  /** Sends a signed report with a word nobody knows. */
  tellUnknown(): Promise<Delivered>
  /**
   * Much happens at once: texts of customers, and texts to them that another program of the account sent. Repeatable from the seed.
   * @returns what must be known of each in the end; resolves when every webhook was answered, given up or kept back by a fault
   */
  many(count: number): Promise<TextView[]>
  lines(): LineView[]
  /** Somebody changes settings of a line behind our back. @throws RangeError for an unknown line */
  drift(sid: string, change: Partial<LineSettings>): void
  /** How old what the API says of a call is from now on, in milliseconds of the vendor's time. Default 0. */
  lag(ms: number): void
}

/** The controls of one account. `reports` is the hub's address for reports about messages. */
export function textControlsOf(exchange: Exchange, world: World, reports: string): TextControls {
  let rounds = 0
  return {
    hear(writing) {
      const { text, delivered } = hearText(exchange, { from: world.demoCaller.phone, ...writing })
      return { messageSid: text.sid, delivered }
    },
    texts: () => [...exchange.texts.values()].map(viewOf),
    scriptText: (to, end) => void exchange.textEnds.set(to, end),
    async settleText(sid, end = 'delivered') {
      const text = exchange.texts.get(sid)
      if (!text) throw new RangeError(`there is no message ${sid}`)
      await settleText(exchange, text, end)
    },
    async tellUnknown() {
      const fields = { AccountSid: exchange.accountSid, MessageSid: `SM${'0'.repeat(32)}`, MessageStatus: 'levitating' }
      const { attempts, status } = await exchange.webhooks.tell(reports, fields)
      return { attempts, status }
    },
    async many(count) {
      rounds += 1
      const random = randomOf(seedOf(world.seed, `twilio texts ${rounds}`))
      return (await manyTexts(exchange, { world, random, reports, count, round: rounds })).map(viewOf)
    },
    lines: () => exchange.lines.map(({ friendlyName: _, capabilities: __, ...line }) => line),
    drift(sid, change) {
      const line = exchange.lines.find(one => one.sid === sid)
      if (!line) throw new RangeError(`there is no line ${sid}; there are ${exchange.lines.map(one => one.sid)}`)
      Object.assign(line, change)
    },
    lag: ms => void (exchange.lagMs = ms),
  }
}

/** A message as it is now. */
export function viewOf({ sid, direction, from, to, body, status, errorCode }: Text): TextView {
  return { messageSid: sid, direction, from, to, body, status, errorCode }
}

const MessageBody = z.object({
  from: z.string().min(1).optional(),
  to: z.string().optional(),
  body: z.string().optional(),
  media: z.array(z.string()).optional(),
  messagingServiceSid: z.string().optional(),
})
const code = z.int()
const EndBody = z.object({
  to: z.string(),
  ends: z.union([
    z.enum(['delivered', 'waits']),
    z.object({ undelivered: code }),
    z.object({ failed: code }),
    z.object({ refused: code }),
  ]),
})
const texts = [
  'voiceUrl',
  'voiceFallbackUrl',
  'statusCallback',
  'smsUrl',
  'smsFallbackUrl',
  'voiceApplicationSid',
] as const
const DriftBody = z.object({
  sid: z.string().optional(),
  ...(Object.fromEntries(texts.map(name => [name, z.string().optional()])) as Record<
    (typeof texts)[number],
    z.ZodOptional<z.ZodString>
  >),
})

/** The same controls over HTTP, under `/simulator/`. */
export function textRoutes(controls: TextControls): SimulatorRoute[] {
  return [
    { method: 'GET', path: '/simulator/messages', handle: () => ({ body: { messages: controls.texts() } }) },
    {
      method: 'POST',
      path: '/simulator/messages',
      async handle(request) {
        const { body = 'Hi, is my dress ready?', ...wish } = read(MessageBody, jsonOf(request) ?? {})
        const { messageSid, delivered } = controls.hear({ ...(given(wish) as Partial<Writing>), body })
        return { status: 201, body: { messageSid, delivered: await delivered } }
      },
    },
    {
      method: 'POST',
      path: '/simulator/messages/script',
      handle(request) {
        const { to, ends } = read(EndBody, jsonOf(request))
        controls.scriptText(to, ends)
        return { status: 204 }
      },
    },
    { method: 'GET', path: '/simulator/lines', handle: () => ({ body: { lines: controls.lines() } }) },
    {
      method: 'POST',
      path: '/simulator/lines',
      handle(request) {
        const { sid = controls.lines()[0]?.sid ?? '', ...change } = read(DriftBody, jsonOf(request) ?? {})
        controls.drift(sid, given(change) as Partial<LineSettings>)
        return { body: { lines: controls.lines() } }
      },
    },
  ]
}

function given(wish: object): object {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined))
}
