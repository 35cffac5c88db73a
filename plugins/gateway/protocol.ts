import type { Caller, Id } from '@switchboard/core'
import { z } from 'zod'
import { messageData, ThreadItem } from './protocol-messages.ts'

const id = <Kind extends string>() => z.string() as unknown as z.ZodType<Id<Kind>>
const at = z.iso.datetime()
const seq = z.int().min(0)

/** What a person can set about themselves; `wrapup` is set by the hub after a call. */
export const SettablePresence = z.enum(['available', 'busy', 'away', 'dnd'])

/** A presence as clients see it. */
export const PresenceStatus = z.enum([...SettablePresence.options, 'wrapup'])

/** Every version of this protocol that the hub speaks. What it takes grows within a version; what it means changes only with a new one. */
export const protocolVersions = [1] as const

/** The highest version that both sides speak; a client that says none speaks the first. Null: none. */
export function versionFor(offered: readonly number[] = [1]): number | null {
  const common = protocolVersions.filter(version => offered.includes(version))
  return common.length > 0 ? Math.max(...common) : null
}

const booking = z.object({
  when: z.enum(['next', 'last']),
  title: z.string(),
  startsAt: z.string(),
  endsAt: z.string().nullable(),
  timeZone: z.string().nullable(),
  status: z.string(),
  with: z.string().nullable(),
  location: z.string().nullable(),
  source: z.string(),
  asOf: z.string(),
})

const order = z.object({
  number: z.string(),
  placedAt: z.string(),
  total: z.object({ amount: z.string(), currency: z.string() }).nullable(),
  status: z.string(),
  source: z.string(),
  asOf: z.string(),
})

/** Who is calling, as staff see it before they pick up. */
export const CallerCard: z.ZodType<Caller> = z.object({
  profileId: id<'profile'>().nullable(),
  displayName: z.string().nullable(),
  phone: z.string().nullable(),
  place: z.string().nullable(),
  confidence: z.number().min(0).max(1),
  reasons: z.array(z.string()),
  household: z.array(z.object({ profileId: id<'profile'>(), displayName: z.string(), shares: z.array(z.string()) })),
  orders: z.array(order),
  bookings: z.array(booking),
  promises: z.array(
    z.looseObject({
      id: z.string(),
      reason: z.string().meta({ description: 'missed, voicemail or callback' }),
      asked: z.int().meta({ description: 'how often they called in vain' }),
      ownerId: z.string().nullable().meta({ description: 'who is to call back; null: anybody' }),
      since: z.string(),
      dueAt: z.string(),
    }),
  ),
  notes: z.array(z.looseObject({ text: z.string(), by: z.string(), at: z.string() })),
})

/** The call that rings: `legId` is the leg of the person who reads this. `from` is null when withheld. */
export const RingingCall = z.object({
  id: id<'call'>(),
  from: z.string().nullable(),
  to: z.string(),
  at,
  legId: id<'leg'>(),
})

/** The person the connection belongs to. */
export const Self = z.object({ id: id<'staff'>(), name: z.string(), email: z.string(), role: z.string() })

/** A live call as its person's client needs it to go on after it was away, with the caller's card where there is a directory. */
export const OngoingCall = z.looseObject({
  call: z.looseObject({
    id: id<'call'>(),
    legId: id<'leg'>().nullable(),
    state: z.string(),
    from: z.string().nullable(),
    to: z.string(),
    at,
    answeredAt: at.nullable(),
    isRinging: z.boolean().meta({ description: 'whether it rings you; otherwise you are in it' }),
    isAccepted: z.boolean().meta({ description: 'whether you pressed answer' }),
  }),
  caller: CallerCard.nullable(),
})

/** What somebody does at this moment: shown of oneself, and to whoever may see the team (`ViewTeam`) of everybody. */
export const Duty = z.looseObject({
  presenceSince: at.nullable(),
  connectedSince: at.nullable().meta({ description: 'since when they are on; null: they are not' }),
  callId: id<'call'>().nullable().meta({ description: 'the call that has them, ringing or talking' }),
  callSince: at.nullable(),
  wrapupUntil: at.nullable(),
  devices: z.int().min(0).meta({ description: 'how many clients they have connected' }),
})

/** Somebody who answers, as their colleagues see them. */
export const Colleague = z.looseObject({
  staffId: id<'staff'>(),
  name: z.string(),
  presence: PresenceStatus,
  isConnected: z.boolean(),
  duty: Duty.optional(),
})

/** A promise to call somebody back that was opened, joined, changed or closed. */
export const PromiseChange = z.object({
  promise: z.looseObject({
    id: z.string(),
    state: z.enum(['open', 'closed']),
    number: z.string(),
    profileId: z.string().nullable(),
    reason: z.string().meta({ description: 'missed, voicemail or callback' }),
    asked: z.int().meta({ description: 'how often they called in vain' }),
    ownerId: z.string().nullable().meta({ description: 'who is to call back; null: anybody' }),
    since: z.string(),
    dueAt: z.string(),
    closedBecause: z.string().nullable(),
  }),
  at,
})

/** The data of every frame that counts: `seq` is one more than that of the frame before. */
export const countedData = {
  /** Your phone rings. */
  'call.ringing': z.object({ call: RingingCall, caller: CallerCard }),
  /** A call that concerns you moved; `because` says why. `with` is whom it rings or has from now on: when you are not among them, it is over for you. */
  'call.state': z.object({
    callId: id<'call'>(),
    state: z.string(),
    because: z.string(),
    with: z.array(id<'staff'>()).optional(),
    at,
  }),
  /** Stop ringing: somebody else was quicker; or, when `by` is you, another of your devices. */
  'call.answeredElsewhere': z.object({
    callId: id<'call'>(),
    by: id<'staff'>().nullable(),
    device: z.string().optional().meta({ description: 'on which of your devices, when it was you' }),
  }),
  /** You answered, on this device: your others hear `call.answeredElsewhere`. */
  'call.answered': z.object({ callId: id<'call'>(), by: id<'staff'>(), device: z.string() }),
  /** A call for you ended before anybody answered. */
  'call.missed': z.object({ callId: id<'call'>(), from: z.string().nullable(), at }),
  ...messageData,
  /** A colleague, or you, can be rung or no longer. */
  'presence.changed': z.object({
    staffId: id<'staff'>(),
    presence: PresenceStatus,
    isConnected: z.boolean(),
    duty: Duty.optional(),
  }),
  /** Somebody is to be called back, or no longer. */
  'promise.changed': PromiseChange,
  /** Managers only: something needs somebody to look at it, or is over. */
  'alert.changed': z.object({
    part: z.string().meta({ description: 'what it is about' }),
    key: z.string().meta({ description: 'the same for the same matter' }),
    news: z.enum(['raised', 'unsteady', 'resolved']).meta({ description: 'unsteady: it comes and goes' }),
    message: z.string(),
    since: at,
    at,
  }),
}

/** The data of every frame that does not count: `seq` repeats that of the last frame that did. */
export const uncountedData = {
  /**
   * The first frame. Later frames follow `seq`. `isResumed`: they are exactly what was missed;
   * otherwise forget what you knew. `calls`, `presence` and `threads` are as of now.
   */
  welcome: z.looseObject({
    version: z.int().meta({ description: 'of the protocol: the highest that both speak' }),
    epoch: z.string(),
    seq,
    isResumed: z.boolean(),
    staff: Self,
    device: z.string().optional().meta({ description: 'this device: as the hello named it, or a name made up' }),
    endsAt: at
      .nullish()
      .meta({ description: 'when the token ends and with it this connection, unless `session.renew` comes before' }),
    calls: z.array(OngoingCall),
    presence: z.array(Colleague),
    threads: z.array(ThreadItem).meta({ description: 'with something unread, yours and nobody’s' }),
  }),
  /** The hub is going away: the connection will be closed with 1012; come back after `reconnectInMs`. */
  notice: z.object({ reconnectInMs: z.int().min(0) }),
  /** What was missed cannot be told: go by the `welcome` before this. */
  reset: z.object({ because: z.enum(['epoch', 'pruned', 'ahead']) }),
}

/** The data of every frame the server sends by itself, by type. */
export const serverData = { ...countedData, ...uncountedData }

export type CountedType = keyof typeof countedData
export type ServerType = keyof typeof serverData
export type ServerData = { [Type in ServerType]: z.output<(typeof serverData)[Type]> }
export type WelcomeData = ServerData['welcome']
export type ResetReason = ServerData['reset']['because']

/** What the server sends by itself. `at` is when the frame was made. */
export type ServerFrame = {
  [Type in ServerType]: { seq: number; type: Type; at: string; data: ServerData[Type] }
}[ServerType]

/** Every frame the server sends by itself, for whoever wants to check one. */
export const AnyServerFrame: z.ZodType<ServerFrame> = z.discriminatedUnion(
  'type',
  Object.entries(serverData).map(([type, data]) => z.object({ seq, type: z.literal(type), at, data })) as never,
) as never

/** The client's name for a frame of its own, repeated in the reply. */
export const FrameId = z.union([z.string().min(1).max(100), z.int()])
export type FrameId = z.output<typeof FrameId>

/**
 * What a client sends. The same `id` acts once and is answered the same: on this connection; on one that resumed it within two minutes; and when it is
 * at least 16 characters long, such as a UUID, on any of yours for an hour.
 */
export const ClientFrame = z.object({ id: FrameId, type: z.string().min(1).max(100), data: z.unknown().optional() })
export type ClientFrame = z.output<typeof ClientFrame>

/** A client's first frame. With the `epoch` and last `seq` of an earlier connection, what was missed since then follows. */
export const HelloFrame = z.object({
  type: z.literal('hello'),
  data: z.object({
    ticket: z.string().min(1).max(200),
    versions: z
      .array(z.int().min(1))
      .max(20)
      .optional()
      .meta({ description: 'of the protocol that you speak. Default: the first' }),
    epoch: z.string().max(100).nullish(),
    seq: z.int().min(0).nullish(),
    device: z
      .string()
      .min(1)
      .max(100)
      .nullish()
      .meta({ description: 'a name of your own for this device, kept over reconnects: a UUID' }),
  }),
})
export type Hello = z.output<typeof HelloFrame>['data']

/** The answer to a client's frame; `re` is null when the frame could not be read. */
export const ReplyFrame = z.union([
  z.object({ re: FrameId.nullable(), ok: z.literal(true), data: z.record(z.string(), z.unknown()) }),
  z.object({
    re: FrameId.nullable(),
    ok: z.literal(false),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
])
export type ReplyFrame = z.output<typeof ReplyFrame>

/** Why the server closes a connection: the code and the words of the close frame. */
export const closings = {
  restarting: { code: 1012, reason: 'the hub is restarting; come back' },
  tooBig: { code: 1009, reason: 'frames are at most 16 KiB' },
  tryLater: { code: 1013, reason: 'the hub cannot let you in right now; come back' },
  malformed: { code: 4000, reason: 'too many frames that are not {id, type, data}' },
  notHello: { code: 4000, reason: 'the first frame must be hello {ticket}' },
  badTicket: { code: 4001, reason: 'the ticket is unknown, used or expired; get a new one' },
  noVersion: { code: 4006, reason: `we have no version in common; this hub speaks ${protocolVersions.join(', ')}` },
  late: { code: 4002, reason: 'no hello came in time' },
  shutOut: { code: 4003, reason: 'you can no longer come in' },
  signedOut: { code: 4003, reason: 'you are signed out; sign in and get a new ticket' },
  expired: { code: 4003, reason: 'your token has ended; come back with a new ticket' },
  roleChanged: { code: 4004, reason: 'your role has changed; come back with a new ticket' },
  slow: { code: 4008, reason: 'you read too slowly; come back and resume' },
  tooManyDevices: { code: 4009, reason: 'you have too many connections open; close one' },
  lost: { code: 4010, reason: 'what you missed is gone; come back' },
  tooMany: { code: 4029, reason: 'too many frames a second' },
} as const
export type Closing = { readonly code: number; readonly reason: string }

/** Codes with which a client says that it leaves for good; any other end may be a lost network. */
export const farewells: ReadonlySet<number> = new Set([1000, 1005])

/** The wire text of a frame the server sends by itself. `data` is JSON already. */
export function frameText(frame: { seq: number; type: ServerType; at: Date; data: string }): string {
  return frameTextOf(frame)(frame.seq)
}

/** As `frameText`, for frames that differ by their number only. */
export function frameTextOf({ type, at, data }: { type: ServerType; at: Date; data: string }): (seq: number) => string {
  const rest = `,"type":"${type}","at":"${at.toISOString()}","data":${data}}`
  return seq => `{"seq":${seq}${rest}`
}
