import { hear } from './twilio-leg.ts'
import type { Exchange, Leg, Sound } from './twilio-model.ts'
import type { Verb } from './twilio-twiml.ts'
import type { Fields } from './twilio-webhooks.ts'

/** Instructions, and the address that relative addresses in them start from. */
export interface Document {
  verbs: Verb[]
  url: string
}

/** A leg that carries out instructions. */
export interface Stage {
  exchange: Exchange
  leg: Leg
  /** Aborted when the leg is over, or told to do something else. */
  signal: AbortSignal
  /** Where the document that is played came from; empty for one that came with a request. */
  url: string
  /** Reads the document at an address, which is asked with the facts of the leg and `fields`. */
  fetch(address: string, fields?: Fields): Promise<Document>
}

/** Lets a leg hear something for a while. What was cut off before it began is not heard. @returns false when it was cut off */
export async function sounds(
  { exchange, leg, signal }: Stage,
  sound: Sound,
  ms: number,
  text?: string,
): Promise<boolean> {
  if (signal.aborted) return false
  hear(exchange, leg, sound, text)
  return exchange.clock.wait(ms, signal)
}

/** An address in a document, whole. */
export function addressIn({ url }: Stage, address: string): string {
  return new URL(address, url || undefined).href
}
