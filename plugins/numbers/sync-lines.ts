import { messageOf, type Hub, type Job, type Line, type TelephonyPort, type Tx } from '@switchboard/core'
import { keepLines } from './line-store.ts'

const part = 'numbers'
const lineKey = (number: string): string => `line:${number}`

/** Mirrors the account's lines. One whose addresses lead elsewhere misses calls: it is set right at once, and somebody is told. */
export function twilioPhoneSync(
  hub: Pick<Hub, 'store' | 'log' | 'now' | 'wanted' | 'port'>,
  { schedule, isMending }: { schedule: string | null; isMending: boolean },
): Job {
  return {
    name: 'TwilioPhoneSync',
    schedule,
    handle: async () => {
      const telephony = hub.port('telephony')
      const seen = (await telephony.lines?.()) ?? []
      const drifted = seen.filter(({ drift }) => drift.length > 0)
      const after = new Map(seen.map(line => [line.vendorId, line]))
      const failed = new Map<string, string>()
      if (isMending) for (const line of drifted) await mend(hub, telephony, line, { after, failed })
      const mended = new Set(
        drifted.filter(({ vendorId }) => after.get(vendorId)?.drift.length === 0).map(({ vendorId }) => vendorId),
      )
      await hub.store.transact(async tx => {
        const gone = await keepLines(tx, [...after.values()], mended, hub.now())
        await tellAll(hub, tx, { drifted, after: [...after.values()], failed, gone })
      })
      return { lines: seen.length, drifted: drifted.length, mended: mended.size }
    },
  }
}

async function mend(
  { log }: Pick<Hub, 'log'>,
  telephony: TelephonyPort,
  line: Line,
  { after, failed }: { after: Map<string, Line>; failed: Map<string, string> },
): Promise<void> {
  try {
    const now = await telephony.claimLine?.(line.vendorId)
    if (now) after.set(line.vendorId, now)
    log.warn({ line: line.number, drift: line.drift }, 'a line led elsewhere and was set right')
  } catch (error) {
    failed.set(line.vendorId, messageOf(error))
    log.error({ line: line.number, error: messageOf(error) }, 'a line leads elsewhere and could not be set right')
  }
}

/** What a look at the lines came to. */
interface Look {
  drifted: readonly Line[]
  after: readonly Line[]
  failed: ReadonlyMap<string, string>
  gone: readonly string[]
}

/** An alert stands until a look finds the line as it should be: one that was mended is told, and over with the next look. */
async function tellAll({ wanted }: Pick<Hub, 'wanted'>, tx: Tx, { drifted, after, failed, gone }: Look): Promise<void> {
  const alerts = wanted('alerts')
  if (!alerts) return
  for (const line of after) {
    const before = drifted.find(({ vendorId }) => vendorId === line.vendorId)
    const key = lineKey(line.number)
    if (!before) await alerts.clear(tx, { part, key })
    else await alerts.raise(tx, { part, key, message: wordsOf(before, line, failed.get(line.vendorId)) })
  }
  for (const number of gone) {
    const message = `${number} is no longer a line of the account: calls to it do not come here. If that was meant, nothing is to be done`
    await alerts.raise(tx, { part, key: lineKey(number), message })
  }
}

function wordsOf({ number, drift }: Line, now: Line, failed: string | undefined): string {
  const what = drift
    .map(({ setting, is, shouldBe }) => `${setting} was ${is ?? 'empty'}, not ${shouldBe || 'empty'}`)
    .join('; ')
  if (failed !== undefined) return `${number} leads elsewhere and could not be set right (${failed}): ${what}`
  if (now.drift.length > 0)
    return `${number} leads elsewhere: ${what}. Set it at the phone vendor, or switch mendLines on`
  return `${number} led elsewhere and was set right: ${what}. See who else changes it`
}
