import { command, HubError, z } from '@switchboard/core'
import type { CallId, GatewayCommand, Hub, StaffId, Tx } from '@switchboard/core'
import { actOn, type Stage } from './actor.ts'
import { acts, doAct, type Act } from './acts.ts'
import { dialOut, DialOut } from './dial-out.ts'
import { answerableBy } from './hear.ts'
import { isLive } from './state.ts'
import { lockCall, type StoredCall } from './store.ts'

const OneCall = z.object({ callId: z.uuid() })
const ThatCall = z.object({ callId: z.string() })

/** What a member of staff does to a call that rings them or has them. */
export function callCommands(hub: Hub, stage: Stage): GatewayCommand[] {
  const does = (name: string, summary: string, work: Work): GatewayCommand =>
    command({
      name,
      summary,
      access: 'agent',
      input: OneCall,
      answer: name === 'call.answer' ? ThatCall.extend({ legId: z.string() }) : ThatCall,
      handle: (staffId, { callId }) => hub.store.transact(tx => work(stage, tx, callId as CallId, staffId)),
    })
  return [
    does('call.answer', 'Answer a call that rings you: your phone picks it up', answerCall),
    does('call.decline', 'Decline a call that rings you: the next person is rung', declineCall),
    does('call.hangup', 'End the call you are in', hangUpCall),
    command({
      name: 'call.dial',
      summary: 'Call somebody: your phone rings first',
      access: 'agent',
      input: DialOut,
      answer: ThatCall,
      handle: (staffId, input) =>
        hub.store.transact(async tx => ({ callId: (await dialOut(stage, tx, staffId, input)).id })),
    }),
    ...acts.map(act => actCommand(hub, stage, act)),
  ]
}

function actCommand(hub: Hub, stage: Stage, act: Act): GatewayCommand {
  return command({
    name: `call.${act.name}`,
    summary: act.summary,
    access: act.access,
    input: z.intersection(OneCall, act.input as z.ZodType<object>),
    answer: ThatCall.extend({ state: z.string() }),
    handle: (staffId, input) =>
      hub.store.transact(async tx => {
        const person = await hub.port('roster').find(tx, { id: staffId })
        if (!person) throw notTheirs()
        const actor = { staffId, name: person.name, role: person.role }
        const about = { callId: input.callId as CallId, act, input }
        return { callId: input.callId, state: (await doAct({ stage, tx, actor }, about)).state.name }
      }),
  })
}

type Work = (stage: Stage, tx: Tx, callId: CallId, staffId: StaffId) => Promise<object>

/** The first to press has the call, for the row is locked while it is decided. The vendor's report that the phone picked up is what connects it. */
const answerCall: Work = async (stage, tx, callId, staffId) => {
  const call = await mustLock(tx, callId)
  const answer = answerableBy(call, staffId)
  if ('refusal' in answer) throw new HubError(answer.refusal, answer.message)
  await actOn(stage, tx, call, { type: 'accept', staffId })
  return { callId, legId: answer.leg.id }
}

/** Declining a call that rings no more does no harm. */
const declineCall: Work = async (stage, tx, callId, staffId) => {
  const call = await mustLock(tx, callId)
  if (!call.legs.some(leg => leg.staffId === staffId)) throw notTheirs()
  await actOn(stage, tx, call, { type: 'decline', staffId })
  return { callId }
}

/** Ends the whole call for whoever is in it; for whom it only rings, it is declining. */
const hangUpCall: Work = async (stage, tx, callId, staffId) => {
  const call = await mustLock(tx, callId)
  const leg = call.legs.findLast(each => each.staffId === staffId)
  if (!leg) throw notTheirs()
  const isTalking = isLive(leg) && leg.status === 'in-progress'
  await actOn(stage, tx, call, isTalking ? { type: 'hangup', by: leg.name } : { type: 'decline', staffId })
  return { callId }
}

async function mustLock(tx: Tx, callId: CallId): Promise<StoredCall> {
  const call = await lockCall(tx, callId)
  if (!call) throw notTheirs()
  return call
}

function notTheirs(): HubError {
  return new HubError('not_found', 'no such call rings you or has you')
}
