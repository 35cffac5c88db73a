import {
  atLeast,
  cleanPhone,
  Conflict,
  Forbidden,
  HubError,
  newId,
  NotFound,
  z,
  type CallId,
  type LegId,
  type Role,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { actOn, type Stage } from './actor.ts'
import { isOnLine, legOfStaff, type Call, type MachineEvent, type Rung, type Target } from './state.ts'
import { lockCall, type StoredCall } from './store.ts'

/** Who acts: a member of staff, or a program or manager for one. */
export interface Actor {
  staffId: StaffId | null
  name: string
  role: Role
}

/** Something that can be done to a call: the same through the gateway and over HTTP. */
export interface Act<Input = unknown> {
  /** `call.<name>` on the gateway, `POST /api/calls/:id/<path>` over HTTP. */
  name: string
  path: string
  summary: string
  access: Role
  input: z.ZodType<Input>
  /** What it is to the machine. Runs in the call's own transaction, with the call locked. @throws HubError */
  event(on: Acting, input: Input): Promise<MachineEvent>
}

/** On what an act is done. */
export interface Acting {
  stage: Stage
  tx: Tx
  call: StoredCall
  actor: Actor
  /** The member of staff in the call whose part is taken: the actor, or whoever talks. */
  staffId: StaffId
}

/** How long, in seconds, somebody asked into a call rings. */
const askedInSeconds = 25

const Who = z
  .object({
    /** A member of staff. */
    staffId: z.uuid().optional(),
    /** Or a number, as anybody writes it. */
    phone: z.string().max(40).optional(),
  })
  .refine(({ staffId, phone }) => (staffId === undefined) !== (phone === undefined), 'give either staffId or phone')
  .meta({ examples: [{ staffId: '019cabb2-1c00-7000-8000-000000000001' }] })

/** Everything that can be done to a call that goes on. */
export const acts: readonly Act[] = [
  act({
    name: 'hold',
    summary: 'Have the caller hear music, or the others again',
    input: z.object({ on: z.boolean() }),
    event: async ({ actor }, { on }) => ({ type: 'hold', by: actor.name, on }),
  }),
  act({
    name: 'mute',
    summary: 'Not be heard by the others, or be heard again',
    input: z.object({ on: z.boolean() }),
    event: async ({ staffId }, { on }) => ({ type: 'mute', staffId, on }),
  }),
  act({
    name: 'transfer',
    summary: 'Hand the call to somebody: cold at once, warm after talking with them; nobody takes it: it comes back',
    input: z.object({ to: Who, kind: z.enum(['cold', 'warm']).default('cold') }),
    event: async (on, { to, kind }) => {
      if (on.call.transfer) throw new Conflict('the call is being handed over already: complete or cancel that first')
      const target = await targetOf(on, to)
      return { type: 'transfer', by: on.staffId, kind, to: target, ringSeconds: askedInSeconds }
    },
  }),
  act({
    name: 'transferComplete',
    path: 'transfer/complete',
    summary: 'Leave the call to whom it is handed',
    input: z.object({}),
    event: async on => ({ type: 'transferComplete', by: senderOf(on) }),
  }),
  act({
    name: 'transferCancel',
    path: 'transfer/cancel',
    summary: 'Take the call back',
    input: z.object({}),
    event: async on => ({ type: 'transferCancel', by: senderOf(on) }),
  }),
  act({
    name: 'add',
    summary: 'Bring a third party in',
    input: z.object({ who: Who }),
    event: async (on, { who }) => {
      return { type: 'add', by: on.actor.name, to: await targetOf(on, who), ringSeconds: askedInSeconds }
    },
  }),
  act({
    name: 'drop',
    summary: 'Take somebody out whom you or others brought in',
    input: z.object({ legId: z.uuid() }),
    event: async ({ actor, call }, { legId }) => {
      const leg = call.legs.find(({ id, role }) => id === legId && role !== 'caller')
      if (!leg) throw new NotFound('this party of the call')
      return { type: 'drop', by: actor.name, legId: leg.id }
    },
  }),
  act({
    name: 'recording',
    summary: 'Record the conversation, pause (while a card number is read out), go on, end',
    input: z.object({ action: z.enum(['start', 'pause', 'resume', 'stop']) }),
    event: async ({ actor, call }, { action }) => {
      if (action === 'pause' && call.recorded !== 'on') throw new Conflict('the call is not being recorded')
      if (action === 'resume' && call.recorded !== 'paused') throw new Conflict('the recording is not paused')
      return { type: 'record', by: actor.name, to: recordedAfter[action] }
    },
  }),
  act({
    name: 'attend',
    access: 'manager',
    summary: 'Come into a conversation: listen, whisper to the member of staff, or talk with both',
    input: z.object({ part: z.enum(['listen', 'whisper', 'talk']) }),
    event: async ({ stage, tx, call, actor }, { part }) => {
      if (!actor.staffId) throw new Forbidden('only a member of staff can come into a call')
      const isIn = legOfStaff(call, actor.staffId) !== undefined
      const rung = isIn ? null : await claimed({ stage, tx, call }, actor.staffId)
      return { type: 'attend', staffId: actor.staffId, part, rung, ringSeconds: askedInSeconds }
    },
  }),
]

const recordedAfter = { start: 'on', resume: 'on', pause: 'paused', stop: 'off' } as const

function act<Input>(
  described: Omit<Act<Input>, 'access' | 'path'> & Partial<Pick<Act<Input>, 'access' | 'path'>>,
): Act {
  return { access: 'agent', path: described.name, ...described } as unknown as Act
}

/**
 * Does an act to a call, in this transaction.
 * @throws NotFound, Forbidden when the call is another's and the actor is no manager, Conflict when nobody is in it yet
 */
export async function doAct(
  { stage, tx, actor }: Pick<Acting, 'stage' | 'tx' | 'actor'>,
  about: { callId: CallId; act: Act; input: unknown },
): Promise<StoredCall> {
  const call = await lockCall(tx, about.callId)
  if (!call) throw new NotFound(`call ${about.callId}`)
  if (call.state.name !== 'AllInConference')
    throw new Conflict(`nothing can be done to the call now: it is in ${call.state.name}`)
  const staffId = partOf(call, actor)
  return actOn(stage, tx, call, await about.act.event({ stage, tx, call, actor, staffId }, about.input))
}

/** Whose part somebody takes in a call: their own; a manager, and a program, may act for whoever talks. */
function partOf(call: Call, { staffId, role }: Actor): StaffId {
  const own = staffId && legOfStaff(call, staffId)
  if (own && staffId && isOnLine(own)) return staffId
  const talking = call.legs.find(leg => leg.staffId !== null && leg.part === 'talk' && isOnLine(leg))?.staffId
  if (!atLeast(role, 'manager')) throw new Forbidden('you are not in this call')
  if (!talking) throw new Conflict('no member of staff is in this call')
  return talking
}

function senderOf({ call, actor, staffId }: Acting): StaffId {
  const sender = call.transfer?.by.staffId
  if (!sender) throw new Conflict('the call is not being handed over')
  if (sender !== staffId && !atLeast(actor.role, 'manager')) throw new Forbidden('somebody else hands this call over')
  return sender
}

async function targetOf(on: Acting, { staffId, phone }: z.output<typeof Who>): Promise<Target> {
  if (staffId !== undefined) return claimed(on, staffId as StaffId)
  const e164 = cleanPhone(phone)
  if (!e164) throw new HubError('bad_request', 'phone is no phone number: write it with its area code, or as +61…')
  return { staffId: null, phone: e164, name: e164, legId: newId<'leg'>() as LegId }
}

/** Claims a member of staff for the call. @throws NotFound; Conflict, saying why they cannot be rung */
export async function claimed(
  { stage, tx, call }: Pick<Acting, 'stage' | 'tx'> & { call: Pick<Call, 'id'> },
  staffId: StaffId,
): Promise<Rung> {
  const person = await stage.roster().find(tx, { id: staffId })
  if (!person?.isActive) throw new NotFound('this member of staff')
  const duty = (await stage.roster().onDuty(tx)).find(({ id }) => id === staffId)
  if (duty?.notFreeBecause) throw new Conflict(`${person.name} ${duty.notFreeBecause}`)
  if (!(await stage.roster().claim(tx, staffId, call.id))) throw new Conflict(`${person.name} was taken a moment ago`)
  return { staffId, name: person.name, legId: newId<'leg'>() as LegId }
}
