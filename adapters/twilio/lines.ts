import { z, type Drift, type Line } from '@switchboard/core'
import type { AddressOf } from './addresses.ts'
import type { Options } from './options.ts'
import type { Rest } from './rest.ts'

/** What lines are compared with. */
export interface LineSetting {
  address: AddressOf
  options: Pick<Options, 'fallbackUrl' | 'messaging'>
}

const LineRow = z
  .object({
    sid: z.string(),
    phone_number: z.string(),
    friendly_name: z.string().nullish(),
    /** Documents write them in small letters, some answers in capitals. */
    capabilities: z.record(z.string(), z.unknown()).nullish(),
  })
  .catchall(z.unknown())
type LineRow = z.output<typeof LineRow>
const LineRows = z.object({ incoming_phone_numbers: z.array(LineRow), next_page_uri: z.string().nullish() })

/** The account's numbers, each with what is not set as it should be. */
export async function lines(rest: Rest, setting: LineSetting): Promise<Line[]> {
  const rows = await rest.all('/IncomingPhoneNumbers.json?PageSize=100', LineRows, page => page.incoming_phone_numbers)
  return rows.map(row => lineOf(row, setting))
}

/** Sets all that should be set, at once: a fallback without its primary is refused (21405). */
export async function claimLine(vendorId: string, rest: Rest, setting: LineSetting): Promise<Line> {
  const path = `/IncomingPhoneNumbers/${encodeURIComponent(vendorId)}.json`
  const row = await rest.ask(path, LineRow)
  const change = wanted(takenBy(row), setting).filter(
    ([name, shouldBe]) => shouldBe !== '' || textOf(row, name) !== null,
  )
  const body = new URLSearchParams(Object.fromEntries(change))
  return lineOf(await rest.ask(path, LineRow, { method: 'POST', body, idempotent: true }), setting)
}

function lineOf(row: LineRow, setting: LineSetting): Line {
  const takes = takenBy(row)
  return {
    ...{ vendorId: row.sid, number: row.phone_number, name: row.friendly_name || null, takes },
    drift: wanted(takes, setting).flatMap(([name, shouldBe]) => driftOf(row, name, shouldBe)),
  }
}

function driftOf(row: LineRow, setting: string, shouldBe: string): Drift[] {
  const is = textOf(row, setting)
  return (is ?? '') === shouldBe ? [] : [{ setting, is, shouldBe }]
}

type Setting = readonly [name: string, shouldBe: string]

/**
 * How a line is to be set. The whole address counts, with its connection override: without it Twilio gives a caller up after one failed
 * try. A line that an application or a trunk drives ignores its addresses, so it is to have none.
 */
function wanted(takes: Line['takes'], { address, options: { fallbackUrl, messaging } }: LineSetting): Setting[] {
  const isVoice = takes.includes('voice')
  const isTexts = messaging && (takes.includes('sms') || takes.includes('mms'))
  const voice: Setting[] = [
    ['VoiceUrl', address('voice')],
    ['VoiceMethod', 'POST'],
    ['VoiceFallbackUrl', fallbackUrl ?? address('fallback')],
    ...(fallbackUrl ? [] : [['VoiceFallbackMethod', 'POST'] as const]),
    ['StatusCallback', address('status')],
    ['StatusCallbackMethod', 'POST'],
    ['VoiceApplicationSid', ''],
    ['TrunkSid', ''],
  ]
  const texts: Setting[] = [
    ['SmsUrl', address('sms')],
    ['SmsMethod', 'POST'],
    ['SmsFallbackUrl', address('sms-fallback')],
    ['SmsFallbackMethod', 'POST'],
    ['SmsApplicationSid', ''],
  ]
  return [...(isVoice ? voice : []), ...(isTexts ? texts : [])]
}

function takenBy({ capabilities }: LineRow): Line['takes'] {
  const can = Object.entries(capabilities ?? {}).flatMap(([name, isSo]) => (isSo === true ? [name.toLowerCase()] : []))
  return (['voice', 'sms', 'mms'] as const).filter(what => can.includes(what))
}

/** A setting as the line has it; null when it has none. */
function textOf(row: LineRow, name: string): string | null {
  const value = row[name.replace(/(?<!^)[A-Z]/g, letter => `_${letter}`).toLowerCase()]
  return typeof value === 'string' && value !== '' ? value : null
}
