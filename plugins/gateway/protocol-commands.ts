import { z } from 'zod'
import { ThreadItem } from './protocol-messages.ts'
import { SettablePresence } from './protocol.ts'

const callId = z.uuid()
const oneCall = z.object({ callId })
const onOff = z.object({ callId, on: z.boolean() })
const moved = z.object({ callId: z.string(), state: z.string() })
const who = z.object({ staffId: z.uuid().optional(), phone: z.string().max(40).optional() })
const words = z.string().trim().min(1).max(5000)
const noted = { by: z.string(), at: z.string() }
const notes = z.object({
  notes: z.array(z.object({ text: z.string(), ...noted })),
  disposition: z.object({ code: z.string(), note: z.string().nullable(), ...noted }).nullable(),
  wrongCaller: z.object({ profileId: z.string(), text: z.string().nullable(), ...noted }).nullable(),
})

/**
 * The commands of version 1: what each takes, and what it is answered with. Each is done by the part that registers it, which may be off;
 * a test holds both to the same shape.
 */
export const commandShapes = {
  'message.send': {
    data: z.object({
      text: z.string().max(10_000).optional(),
      template: z.string().optional(),
      values: z.record(z.string(), z.string()).default({}),
      subject: z.string().max(500).optional(),
      media: z.array(z.url()).max(10).default([]),
      inQuietHours: z.enum(['refuse', 'wait', 'send']).default('refuse'),
      key: z.string().min(1).max(200).optional(),
      threadId: z.uuid().optional(),
      to: z.string().min(3).max(320).optional(),
      line: z.string().optional(),
    }),
    answer: z.object({ messageId: z.string(), threadId: z.string(), dueAt: z.iso.datetime() }),
  },
  'message.read': { data: z.object({ threadId: z.uuid() }), answer: z.object({ thread: ThreadItem }) },
  ping: { data: z.object({}), answer: z.object({}) },
  'session.renew': {
    data: z.object({ ticket: z.string().min(1).max(200) }),
    answer: z.object({ endsAt: z.iso.datetime().nullable() }),
  },
  'presence.set': { data: z.object({ presence: SettablePresence }), answer: z.object({ presence: SettablePresence }) },
  'call.answer': { data: oneCall, answer: z.object({ callId: z.string(), legId: z.string() }) },
  'call.decline': { data: oneCall, answer: z.object({ callId: z.string() }) },
  'call.hangup': { data: oneCall, answer: z.object({ callId: z.string() }) },
  'call.dial': {
    data: z.object({
      phone: z.string().min(3).max(40),
      name: z.string().min(1).max(200).optional(),
      line: z.string().optional(),
    }),
    answer: z.object({ callId: z.string() }),
  },
  'call.hold': { data: onOff, answer: moved },
  'call.mute': { data: onOff, answer: moved },
  'call.transfer': {
    data: z.object({ callId, to: who, kind: z.enum(['cold', 'warm']).default('cold') }),
    answer: moved,
  },
  'call.transferComplete': { data: oneCall, answer: moved },
  'call.transferCancel': { data: oneCall, answer: moved },
  'call.add': { data: z.object({ callId, who }), answer: moved },
  'call.drop': { data: z.object({ callId, legId: z.uuid() }), answer: moved },
  'call.recording': {
    data: z.object({ callId, action: z.enum(['start', 'pause', 'resume', 'stop']) }),
    answer: moved,
  },
  'call.attend': { data: z.object({ callId, part: z.enum(['listen', 'whisper', 'talk']) }), answer: moved },
  'call.note': { data: z.object({ callId, text: words }), answer: notes },
  'call.disposition': {
    data: z.object({ callId, code: z.string().min(1).max(100), note: words.optional() }),
    answer: notes,
  },
  'call.wrongCaller': {
    data: z.object({ callId, profileId: z.uuid().optional(), text: words.optional() }),
    answer: notes,
  },
} as const satisfies Record<string, { data: z.ZodType; answer: z.ZodType }>

export type CommandName = keyof typeof commandShapes
/** What each command takes. */
export type CommandData = { [Name in CommandName]: z.input<(typeof commandShapes)[Name]['data']> }
/** What each command is answered with. */
export type CommandAnswer = { [Name in CommandName]: z.output<(typeof commandShapes)[Name]['answer']> }
