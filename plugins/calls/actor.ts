import { isDeepStrictEqual } from 'node:util'
import type { CallId, Hub, LegId, Store, TelephonyPort, Tx } from '@switchboard/core'
import { transition } from './machine.ts'
import { toCallCommand } from './reply.ts'
import type { Defaults } from './routing-settings.ts'
import { route, rulesOf, type Surroundings } from './routing.ts'
import { callerOf, staffWith } from './state.ts'
import type { Call, Command, MachineEvent, Notice, Step } from './state.ts'
import { lockCall, saveCall, type StoredCall, type TrailRow } from './store.ts'

/** The settings of this plugin. */
export type Settings = Defaults

/** What acting on a call needs. */
export interface Stage extends Surroundings, Pick<Hub, 'events' | 'outbox'> {
  settings: Settings
}

/** What carrying commands to the vendor needs. */
export interface Carriage extends Stage {
  store: Store
  telephony(): TelephonyPort
}

/** A command as it lies in the outbox. `turn` tells a redirect from one that came after it; `again`: it may have been done before. */
export interface Sent {
  command: ReturnType<typeof toCallCommand>
  turn: number | null
  again?: true
}

/** The outbox topic of commands to the phone vendor. Their key is the leg, so they go out in order; their leg's id makes each recognisable at the vendor. */
export const topic = 'telephony'

/**
 * Lets an event act on a call: locks its row, runs the machine until nothing follows, and writes the call, its trail, the commands and
 * the events, all in this transaction.
 * @returns the call as it is now; null when there is no such call
 */
export async function act(stage: Stage, tx: Tx, callId: CallId, event: MachineEvent): Promise<StoredCall | null> {
  const call = await lockCall(tx, callId)
  return call && actOn(stage, tx, call, event)
}

/** The same for a call that this transaction has locked, or has just made. */
export async function actOn(stage: Stage, tx: Tx, before: StoredCall, event: MachineEvent): Promise<StoredCall> {
  const trail: TrailRow[] = []
  let call: StoredCall = before
  for (let next: MachineEvent | null = event; next;) {
    const step = transition(call, next, stage.now())
    const was: StoredCall = call
    const isTold = !isOnlyALook(was, next, step)
    call = { ...before, ...step.call, lastSeq: call.lastSeq + (isTold ? 1 : 0) }
    if (isTold) trail.push(trailRow(stage, { was, call, event: next, step }))
    await follow(stage, tx, was, step)
    next = await whatFollows(stage, tx, { was, call, event: next })
  }
  if (event.type === 'inspected' && !hasChanged(before, call)) return before
  // Leaves together with what the transaction sends; the commit waits for both.
  const saving = saveCall(tx, call, trail)
  saving.catch(() => undefined)
  tx.beforeCommit(() => saving)
  tx.afterCommit(() => tell(stage, call, trail))
  return { ...call, version: before.version + 1 }
}

/** That a conversation is looked after every few seconds is nothing to be told in its trail: what is found is. */
function isOnlyALook(was: Call, { type }: MachineEvent, { call, commands }: Step): boolean {
  const isGoingOn = was.state.name === 'AllInConference' && call.state.name === was.state.name
  return type === 'due' && isGoingOn && commands.length === 0
}

/** Some states are only passed through: the machine is given what they ask for at once. */
async function whatFollows(
  stage: Stage,
  tx: Tx,
  { was, call, event }: { was: Call; call: Call; event: MachineEvent },
): Promise<MachineEvent | null> {
  switch (call.state.name) {
    case 'FindingStaff':
      return route(stage, tx, call)
    case 'WaitingForStaff':
      return isLook(event, was) ? route(stage, tx, call) : null
    case 'StaffJoined':
      return { type: 'addCaller' }
    case 'GetConferenceDetails':
      return event.type === 'inspected' && was.state.name !== 'GetConferenceDetails' ? event : null
    default:
      return null
  }
}

/** A caller who waits is looked after anew each time their timer runs out, unless they wait for our goodbye. */
function isLook(event: MachineEvent, was: Call): boolean {
  return event.type === 'due' && was.state.name === 'WaitingForStaff' && callerOf(was)?.told !== 'callback'
}

/** Carries out what a step asks for, within the transaction: lets people go, sends commands, publishes events. */
async function follow(
  stage: Stage,
  tx: Tx,
  was: Call,
  { call, commands, notices, releases, because }: Step,
): Promise<void> {
  for (const { staffId, hasSpoken } of releases) await stage.roster().release(tx, staffId, call.id, hasSpoken)
  const speaks = commands.some(command => command.do === 'redirect')
  const texts = speaks ? await rulesOf(stage, tx, call.line) : stage.settings
  for (const command of commands) {
    const sent: Sent = {
      command: toCallCommand(call, command, texts),
      turn: command.do === 'redirect' ? command.turn : null,
      ...(command.again && { again: true }),
    }
    await stage.outbox.send(tx, topic, keyOf(was, call, command), sent)
  }
  for (const notice of notices) await publish(stage, tx, call, notice)
  await publishState(stage, tx, { was, call, notices, because })
}

/**
 * Each leg's commands go out in order, and no leg waits for another's: a phone that cannot be dialled, or let go, keeps no caller in silence.
 * To let somebody go waits for nothing at all, as it is right whatever else was done: an answer that does not come holds nobody on the line.
 * Only who leaves a conversation that goes on without them is let go after the caller was given music, and after the conference no longer
 * ends with them.
 */
export function keyOf(was: Call, call: Call, command: Command): string {
  const caller = callerOf(call)
  const isLeaving = was.state.name === 'AllInConference' && call.state.name !== 'Hungup'
  if (caller && (command.do === 'endOnExit' || (command.do === 'hangup' && isLeaving))) return caller.id
  return command.do === 'hangup' ? `${command.legId} hangup` : command.legId
}

async function publish({ events, now, ahead }: Stage, tx: Tx, call: Call, { name, ...facts }: Notice): Promise<void> {
  const caller = name === 'call.ringing' && call.from !== null ? ahead?.cards?.get(call.from) : undefined
  const event = { callId: call.id, from: call.from, to: call.line, ...facts, at: now() }
  await events.publish(tx, name, event, caller && { caller })
}

/**
 * Tells everybody the call rings or has, or did until now, how it stands. `with` is whom it rings or has from now on: for the others it is
 * over. Those who are told that somebody else answered are not told twice.
 */
async function publishState(
  { events, now }: Stage,
  tx: Tx,
  { was, call, notices, because }: { was: Call; call: Call; notices: Notice[]; because: string },
): Promise<void> {
  const before = staffWith(was)
  const after = staffWith(call)
  if (was.state.name === call.state.name && before.join() === after.join()) return
  // Nobody is told of a state that is only passed through and concerns nobody: the ring that follows would wait for it.
  if (call.state.name === 'FindingStaff' && before.length === 0) return
  const beaten = notices.flatMap(notice => (notice.name === 'call.answeredElsewhere' ? notice.staffIds : []))
  const staffIds = [...new Set([...before, ...after])].filter(id => !beaten.includes(id))
  await events.publish(tx, 'call.state', {
    callId: call.id,
    state: call.state.name,
    because,
    staffIds,
    with: after,
    at: now(),
  })
}

function trailRow(
  { now }: Stage,
  { was, call, event, step }: { was: Call; call: StoredCall; event: MachineEvent; step: Step },
): TrailRow {
  const { type, ...facts } = event
  return {
    seq: call.lastSeq,
    at: now(),
    event: type,
    from: was.state.name,
    to: call.state.name,
    because: step.because,
    data: step.commands.length > 0 ? { ...facts, commands: step.commands } : facts,
  }
}

function hasChanged(before: StoredCall, { lastSeq: _, ...call }: StoredCall): boolean {
  return !isDeepStrictEqual({ ...before, lastSeq: 0 }, { ...call, lastSeq: 0 })
}

/** One line for each transition, once it is committed. */
function tell({ log }: Stage, call: StoredCall, trail: TrailRow[]): void {
  for (const { event, from, to, because } of trail) {
    // Not `from` and `to`: by these names the log hides phone numbers.
    const facts = { callId: call.id, event, state: to, was: from, because }
    if (from === to) log.debug(facts, 'call event')
    else log.info(facts, 'call moved')
  }
}

/** The leg of a call with this id. */
export function legOf(call: Call, legId: LegId): Call['legs'][number] | undefined {
  return call.legs.find(leg => leg.id === legId)
}
