import type { FaultSettings } from '@switchboard/test-simulators/faults'
import { play } from './calls-people.ts'
import { openCallsStand, type CallsStand } from './calls-stand.ts'
import { breaksOf, readCalls, toldAgain, type Break, type CallRecord } from './calls-truth.ts'
import { standingClock } from './standing-clock.ts'

/** Seeds that are played beside one another on one hub. */
export interface BatchSettings {
  databaseUrl: string
  dataDir: string
  seeds: number[]
  calls: number
  /** How likely each fault is, 0 to 1. */
  rate: number
  /** Print the trail of each call that broke something. */
  isTold?: boolean
}

/** What came of a batch. */
export interface BatchReport {
  seeds: number[]
  calls: number
  legs: number
  /** Lines of all trails. */
  events: number
  /** States that calls were in. */
  reached: string[]
  /** How often a timer of a call ran out. */
  ranOut: number
  /** Commands that the vendor carried out. */
  commands: number
  outcomes: Record<string, number>
  breaks: (Break & { seed: number | null })[]
  longestSilenceMs: number
  /** How often a caller was told again to hear music or their place, as the vendor's answer was lost. */
  toldAgain: number
  /** From the end of a call until its last leg was let go: the longest. */
  lastLegMs: number
  /** How long all of it lasted, in the vendor's time. */
  lastedMs: number
  /** How the hub answered what staff asked of it, by status. */
  answers: Record<string, number>
  /** A print of everything that happened: two runs that took the same turns have the same. */
  print: string
  stories?: string[]
}

const minute = 60_000

/** Everything that goes wrong between us and the vendor, each as likely. */
function faultsAt(rate: number): Partial<FaultSettings> {
  const likely = { duplicate: rate, reorder: rate, delay: rate, drop: rate }
  const answers = { status429: rate, status5xx: rate, cut: rate, slow: rate, unanswered: rate, answeredLate: rate / 5 }
  return { ...likely, ...answers, truncatedJson: rate / 5, delayMs: 4_000, slowMs: 2_500, lateMs: 20_000 }
}

/** Plays some seeds to their end, and compares what the hub says with what the vendor saw. For a process of its own. */
export async function callsBatch(settings: BatchSettings): Promise<BatchReport> {
  Math.random = () => 0.5
  const { databaseUrl, dataDir, seeds, calls, rate } = settings
  const clock = standingClock(new Date('2026-03-02T00:00:00Z'))

  const stand = await openCallsStand({ databaseUrl, dataDir, clock, seeds, calls, faults: faultsAt(rate) })
  for (const cast of stand.casts) play(stand, cast)
  const startedAt = clock.now().getTime()
  await clock.run(6 * minute)
  // What is still to be let go is found by looking at the vendor every 30 s, which now answers.
  stand.twilio.faults.clear()
  await clock.run(2 * minute)
  const records = await readCalls(databaseUrl)
  return reportOf(settings, stand, { records, lastedMs: clock.now().getTime() - startedAt, zeroMs: stand.zeroMs })
}

function reportOf(
  { seeds, isTold }: BatchSettings,
  { twilio, answers }: CallsStand,
  { records, lastedMs, zeroMs }: { records: CallRecord[]; lastedMs: number; zeroMs: number },
): BatchReport {
  const legs = twilio.calls()
  const evidence = { calls: records, legs, performed: twilio.performed() }
  const breaks = breaksOf(evidence)
  const broken = new Set(breaks.map(({ callId }) => callId))
  const callers = new Set(
    records.flatMap(call => call.legs.filter(({ role }) => role === 'caller').map(leg => leg.vendorId)),
  )
  const seedOfCall = (phone: string | null): number | null => (phone?.startsWith('+614') ? seedIn(phone, seeds) : null)
  return {
    ...{ seeds, calls: records.length, legs: legs.length, lastedMs },
    events: records.reduce((sum, { trail }) => sum + trail.length, 0),
    reached: [...new Set(records.flatMap(({ trail }) => trail.flatMap(({ from, to }) => [from, to])))].toSorted(),
    ranOut: records.reduce((sum, { trail }) => sum + trail.filter(({ event }) => event === 'due').length, 0),
    commands: twilio.performed().length,
    outcomes: Object.fromEntries(
      Map.groupBy(records, ({ outcome }) => outcome ?? 'none')
        .entries()
        .map(([name, all]) => [name, all.length]),
    ),
    breaks: breaks.map(one => ({ ...one, seed: seedOfCall(one.phone) })),
    longestSilenceMs: Math.max(
      0,
      ...legs.filter(({ callSid }) => callers.has(callSid)).map(leg => leg.longestSilenceMs),
    ),
    toldAgain: toldAgain(evidence),
    lastLegMs: lastLegMs(records, legs, zeroMs),
    answers: Object.fromEntries(answers),
    print: printOf(records),
    ...(isTold && { stories: records.filter(({ id }) => broken.has(id)).map(call => storyOf(call, twilio)) }),
  }
}

/** From the end of a call until its last leg was let go: the longest. `zeroMs` is when the vendor's time began. */
function lastLegMs(records: CallRecord[], legs: ReturnType<CallsStand['twilio']['calls']>, zeroMs: number): number {
  const lasted = records.flatMap(({ id, endedAt }) =>
    legs
      .filter(leg => leg.dialledInto === id && endedAt !== null)
      .map(leg => zeroMs + (leg.endedAtMs ?? Infinity) - (endedAt?.getTime() ?? 0)),
  )
  return Math.max(0, ...lasted)
}

function seedIn(phone: string, seeds: number[]): number | null {
  return seeds.find(seed => phone.startsWith(`+614${String(seed % 1_000_000).padStart(6, '0')}`)) ?? null
}

/** The turns of every call without ids and names of the moment. */
function printOf(records: CallRecord[]): string {
  const lines = records.map(({ trail }) =>
    trail.map(({ at, event, to }) => `${new Date(at).getTime()} ${event} ${to}`).join(';'),
  )
  let hash = 0x811c9dc5
  for (const char of lines.toSorted().join('|')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

function storyOf(call: CallRecord, twilio: CallsStand['twilio']): string {
  const callerSid = call.legs.find(({ role }) => role === 'caller')?.vendorId
  const legs = twilio.calls().filter(leg => leg.dialledInto === call.id || leg.callSid === callerSid)
  return [
    `call ${call.id} ${call.direction} ${call.state} ${call.outcome}`,
    ...call.trail.map(({ seq, at, event, from, to, because, data }) => {
      const commands = data.commands
        ?.map(one => `${one.do}${one.do === 'redirect' ? ` ${String(one.to)}` : ''}`)
        .join(', ')
      return `  ${seq} ${new Date(at).toISOString().slice(14, 23)} ${event}: ${from} -> ${to}: ${because}${commands ? ` [${commands}]` : ''}`
    }),
    ...legs.map(
      leg =>
        `  ${leg.callSid.slice(0, 6)} ${leg.to} ${leg.status} ${leg.startedAtMs}-${leg.endedAtMs} ${leg.heard.map(({ atMs, sound }) => `${atMs} ${sound}`).join(', ')}`,
    ),
    ...twilio
      .performed()
      .filter(({ callSid }) => legs.some(leg => leg.callSid === callSid))
      .map(
        ({ atMs, what, callSid, form }) =>
          `  ${atMs} ${what} ${callSid?.slice(0, 6)} ${JSON.stringify(form).slice(0, 160)}`,
      ),
  ].join('\n')
}
