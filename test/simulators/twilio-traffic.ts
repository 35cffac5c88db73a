import type { Random } from './random.ts'
import type { Exchange, Text } from './twilio-model.ts'
import { hearText, sendText, settleText } from './twilio-texts.ts'
import type { World } from './world.ts'

/** What traffic is made from. */
export interface Traffic {
  world: World
  random: Random
  /** Where reports about sent messages go. */
  reports: string
  count: number
  /** Counts the calls, so that no text comes twice. */
  round: number
}

const inbound = ['Is my gown ready', 'Running ten minutes late', 'Can I come on Friday instead', 'Thank you so much']
const outbound = ['Your fitting is tomorrow', 'Your veil has arrived', 'We have moved your appointment', 'See you soon']
/** Carriers' reasons, by how often. */
const failures = [30003, 30003, 30005, 30006, 30007, 30008]
const atOnce = 20

/**
 * Texts of customers to the first line, and texts to customers that another program of the account sent: half and half, one in ten of the
 * latter fails. Some at a time, so that nobody is flooded.
 * @returns the messages as they are in the end, once every webhook was answered, given up or kept back
 */
export async function manyTexts(
  exchange: Exchange,
  { world, random, reports, count, round }: Traffic,
): Promise<Text[]> {
  const phones = world.people.flatMap(({ phone }) => (phone ? [phone.e164] : []))
  const drafts = Array.from({ length: count }, (_, index) => {
    const [phone, isInbound, fails] = [random.pick(phones), random.chance(0.5), random.chance(0.1)]
    const [words, code] = [random.pick(isInbound ? inbound : outbound), random.pick(failures)]
    return { phone, isInbound, body: `${words} (${round}.${index + 1})`, code: fails ? code : null }
  })
  const texts: Text[] = []
  for (let done = 0; done < count; done += atOnce)
    texts.push(
      ...(await Promise.all(drafts.slice(done, done + atOnce).map(draft => written(exchange, draft, reports)))),
    )
  return texts
}

interface Draft {
  phone: string
  isInbound: boolean
  body: string
  code: number | null
}

async function written(exchange: Exchange, { phone, isInbound, body, code }: Draft, callback: string): Promise<Text> {
  if (isInbound) {
    const { text, delivered } = hearText(exchange, { from: phone, body })
    await delivered
    return text
  }
  const from = exchange.lines[0]?.phoneNumber ?? null
  const text = sendText(exchange, { from, to: phone, body, messagingServiceSid: null, callback, files: [] })
  await settleText(exchange, text, code === null ? 'delivered' : { undelivered: code })
  return text
}
