import { isOver, messageOf, second, VendorError } from '@switchboard/core'
import type {
  CallCommand,
  CallSnapshot,
  CommandResult,
  Courier,
  IsOurs,
  LegId,
  LegSnapshot,
  Tx,
} from '@switchboard/core'
import { act, legOf, type Carriage, type Sent } from './actor.ts'
import { knownOf } from './inspect.ts'
import { isLive, type Leg, type MachineEvent } from './state.ts'
import { readCall, type StoredCall } from './store.ts'

/** A caller waits: somebody who cannot be dialled in so many attempts is passed over. */
const dialAttempts = 3

/**
 * Carries the machine's commands to the vendor. What the call no longer wants is not done; what may have been done before is asked for
 * first. The result acts on the call in the transaction that marks the command done, so a leg that came too late is hung up at once.
 */
export function courier(carriage: Carriage): Courier {
  const lost: Lost = new Map()
  return {
    carry: async (data, attempt, isOurs) => {
      const sent = data as Sent
      const { command } = sent
      // To let somebody go who is gone does no harm, and must not wait for a look at the vendor.
      const mayBeDone = command.do !== 'hangup' && (attempt > 1 || sent.again === true)
      const carrying = { sent, mayBeDone, isFirst: attempt === 1, isOurs, lost }
      return acting(carriage, command, await pressing(command, attempt, () => carryOut(carriage, carrying)))
    },
    failed: (data, error) => {
      const { command } = data as Sent
      return acting(carriage, command, {
        type: 'commandFailed',
        legId: command.legId,
        command: command.do,
        error: messageOf(error),
      })
    },
  }
}

function acting(carriage: Carriage, { callId }: CallCommand, event: MachineEvent | null): (tx: Tx) => Promise<void> {
  return async tx => {
    if (event) await act(carriage, tx, callId, event)
  }
}

/** The call and the leg that a command is for, as they are now; null when there is nothing left to do. */
async function wanted({ store }: Carriage, sent: Sent): Promise<{ call: StoredCall; leg: Leg } | null> {
  const { callId, legId } = sent.command
  const call = await store.read(tx => readCall(tx, callId))
  const leg = call && legOf(call, legId)
  return call && leg && !isMoot(sent, leg, call) ? { call, leg } : null
}

/** Whether there is nothing left to do for a command: the leg is dialled, was told otherwise, is where it should be, or is gone. */
export function isMoot({ command, turn }: Sent, leg: Leg, call: Pick<StoredCall, 'recorded'>): boolean {
  switch (command.do) {
    case 'dial':
      return isOver(leg.status) || leg.vendorId !== null
    case 'redirect':
      return !isLive(leg) || turn !== leg.turn || (command.to.do === 'join' && leg.inConference)
    case 'hangup':
      return isOver(leg.status) && leg.vendorId === command.vendorLegId
    default:
      return isAsAsked(command, leg, call)
  }
}

/** The same of what is done to a party in the conference. */
function isAsAsked(
  command: Exclude<CallCommand, { do: 'dial' | 'redirect' | 'hangup' }>,
  leg: Leg,
  { recorded }: Pick<StoredCall, 'recorded'>,
): boolean {
  switch (command.do) {
    case 'hold':
      return !leg.inConference || leg.isHeld !== command.on
    case 'mute':
      return !leg.inConference || leg.isMuted !== command.on
    case 'endOnExit':
      return isOver(leg.status) || leg.endsOnExit !== command.on
    case 'attend':
      return !leg.inConference || (leg.part === 'talk') !== (command.as.part === 'talk')
    case 'record':
      return recorded !== command.to
  }
}

interface Carrying {
  sent: Sent
  mayBeDone: boolean
  /** Nothing but a look at the vendor can have made it a repetition. */
  isFirst: boolean
  isOurs: IsOurs | undefined
  lost: Lost
}

/** When the answer to a leg's command was last lost here. */
type Lost = Map<LegId, Date>

/** A dial that is not wanted any more is not made; but one that a crash may have hidden is looked for even then, so that it can be hung up. */
async function carryOut(carriage: Carriage, carrying: Carrying): Promise<MachineEvent | null> {
  const { sent, mayBeDone } = carrying
  const { command } = sent
  let now = await wanted(carriage, sent)
  if (now && mayBeDone) {
    const truth = await carriage.telephony().inspect(knownOf(now.call, command))
    const before = doneBefore(command, truth)
    if (before) return whenDone(command, before)
    // The vendor takes its time to answer: the call may have moved on.
    now = await wanted(carriage, sent)
    const unsure = now && unsureOf(command, truth, greetedSince(carriage, carrying, now.call))
    if (unsure) return unsure
  }
  if (!now) return null
  if (command.do === 'dial' && now.leg.isEnding) return { type: 'undialled', legId: now.leg.id }
  return whenDone(command, await performed(carriage, carrying))
}

async function performed(carriage: Carriage, { sent: { command }, isOurs, lost }: Carrying): Promise<CommandResult> {
  try {
    return await carriage.telephony().perform(command, isOurs)
  } catch (error) {
    if (error instanceof VendorError && error.outcomeUnknown) lost.set(command.legId, carriage.now())
    throw error
  }
}

/** How long ago, in seconds, a greeting that may be on was asked for at the latest. One that a crash hides was as the state began. */
function greetedSince(
  { now }: Carriage,
  { sent: { command }, isFirst, lost }: Carrying,
  { enteredAt }: StoredCall,
): number {
  const at = lost.get(command.legId) ?? (isFirst ? now() : enteredAt)
  lost.delete(command.legId)
  return (now().getTime() - at.getTime()) / second
}

/** Gives up dialling after a few attempts, whatever the vendor says about trying again. */
async function pressing<T>(command: CallCommand, attempt: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (command.do !== 'dial' || attempt < dialAttempts) throw error
    throw new VendorError(messageOf(error), { cause: error })
  }
}

/** What the vendor's truth says became of a command that may have been done before; null when it is yet to be done. */
export function doneBefore(command: CallCommand, { legs, recorded }: CallSnapshot): CommandResult | null {
  if (command.do === 'dial') {
    const dialled = legs.find(({ legId }) => legId === command.legId)
    return dialled ? { outcome: 'done', vendorLegId: dialled.vendorId } : null
  }
  const leg = legs.find(({ vendorId }) => vendorId === command.vendorLegId)
  if (!leg || isOver(leg.status)) return { outcome: 'gone', vendorLegId: null }
  return isShown(command, leg, recorded) ? { outcome: 'done', vendorLegId: null } : null
}

/** How long, in milliseconds, a letter takes to be said at the most, and how late, in seconds, a request is done to which no answer came. */
const [letterMs, lateSeconds] = [70, 3]

/** A greeting that may be on is not begun anew: a moment later the caller speaks. Where they are in the conference, they do not hear it. */
function unsureOf(command: CallCommand, { legs }: CallSnapshot, agoSeconds: number): MachineEvent | null {
  if (command.do !== 'redirect' || command.to.do !== 'voicemail') return null
  if (legs.some(leg => leg.vendorId === command.vendorLegId && leg.inConference)) return null
  const seconds = Math.ceil((command.to.say.length * letterMs) / second + lateSeconds - agoSeconds)
  return seconds > 0 ? { type: 'unsure', legId: command.legId, seconds } : null
}

/** Whether a command shows: the leg is where it was sent, or as it was to be. */
function isShown(
  command: Exclude<CallCommand, { do: 'dial' }>,
  leg: LegSnapshot,
  recorded: CallSnapshot['recorded'],
): boolean {
  switch (command.do) {
    case 'redirect':
      if (command.to.do === 'join') return leg.inConference
      return command.to.do === 'voicemail' && !leg.inConference && recorded === 'on'
    case 'hold':
      return leg.isHeld === command.on
    case 'mute':
      return leg.isMuted === command.on
    case 'endOnExit':
      return leg.endsOnExit === command.on
    case 'record':
      return recorded === command.to || (recorded === 'off' && command.to === 'paused')
    default:
      return false
  }
}

/** What became of a command, as the machine is told; null when it is told nothing. */
export function whenDone(command: CallCommand, { outcome, vendorLegId }: CommandResult): MachineEvent | null {
  const { legId } = command
  switch (command.do) {
    case 'dial':
      return vendorLegId === null
        ? { type: 'commandFailed', legId, command: 'dial', error: 'the vendor made no leg' }
        : { type: 'dialled', legId, vendorId: vendorLegId }
    case 'redirect':
      return outcome === 'gone' ? { type: 'gone', legId, vendorId: command.vendorLegId } : null
    case 'hangup':
      return { type: 'gone', legId, vendorId: command.vendorLegId }
    default:
      return null
  }
}
