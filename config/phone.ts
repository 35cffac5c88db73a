import { messageOf, showPhone, type CallId, type StaffId } from '@switchboard/core'
import {
  GatewayError,
  type ClientEvents,
  type CommandData,
  type CommandName,
  type GatewayClient,
} from '@switchboard/gateway/client'
import { cut, safe, type Look } from './box.ts'
import { nameOf, renderCard } from './card.ts'
import { lasted } from './phrases.ts'
import type { Screen } from './screen.ts'

/** What a phone is made with. */
export interface PhoneSettings {
  client: Pick<GatewayClient, 'on' | 'request'>
  screen: Screen
  look: Look
  now(): Date
}

/** A person's phone: shows who calls and how the call goes, and does what its keys say. */
export interface Phone {
  press(key: Key): void
  /** Shows the time that passed. */
  refresh(): void
  /** Hears no more. */
  close(): void
}

/** Answer, decline, hang up, and come back from or go for a break. */
export type Key = 'a' | 'd' | 'h' | 'p'

interface OneCall {
  id: CallId
  who: string
  state: 'ringing' | 'answering' | 'talking'
  since: Date
}

/** The phone, as it stands. */
interface Standing extends PhoneSettings {
  me: StaffId | null
  presence: string
  names: Map<string, string>
  call: OneCall | null
}

/** Connects a client with a screen. */
export function makePhone(settings: PhoneSettings): Phone {
  const phone: Standing = { ...settings, me: null, presence: '', names: new Map(), call: null }
  const ends = [...hearCalls(phone), ...hearOfUs(phone)]
  return {
    press: key => press(phone, key),
    refresh: () => refresh(phone),
    close: () => {
      for (const end of ends) end()
    },
  }
}

function hearCalls(phone: Standing): (() => void)[] {
  const { client } = phone
  return [
    client.on('call.ringing', ringing => rings(phone, ringing)),
    client.on('call.state', moved => moves(phone, moved)),
    client.on('call.answeredElsewhere', ({ callId, by }) => {
      const who = (by && phone.names.get(by)) ?? 'a colleague'
      if (phone.call?.id === callId) ended(phone, `${who} answered ${phone.call.who}`)
    }),
    client.on('call.missed', ({ callId, from }) => {
      const who = phone.call?.id === callId ? phone.call.who : numberOf(from)
      say(phone, `missed call from ${who}`)
      if (phone.call?.id === callId) ended(phone)
    }),
  ]
}

function hearOfUs(phone: Standing): (() => void)[] {
  const { client } = phone
  return [
    client.on('welcome', welcome => welcomed(phone, welcome)),
    client.on('presence.changed', ({ staffId, presence }) => {
      if (staffId === phone.me) phone.presence = presence
      refresh(phone)
    }),
    client.on('notice', () => say(phone, 'the hub restarts; back in a moment')),
    client.on('trouble', error => {
      if (error instanceof GatewayError && error.code === 'unauthenticated')
        say(phone, `you are signed out: ${error.message}`)
    }),
    client.on('state', state => {
      if (state === 'waiting') say(phone, 'connection lost; coming back')
    }),
  ]
}

function welcomed(phone: Standing, { staff, presence, calls, isResumed }: ClientEvents['welcome']): void {
  for (const one of presence) {
    phone.names.set(one.staffId, one.name)
    if (one.staffId === staff.id) phone.presence = one.presence
  }
  say(phone, phone.me === null ? `connected as ${staff.name} (${staff.email})` : 'connected again')
  phone.me = staff.id
  const [call] = calls
  // What was missed follows a resumed welcome; without it, this is all there is to know of the call.
  if (!isResumed) phone.call = call ? takenUp(phone, call) : null
  refresh(phone)
}

/** A call that was there before this client was: its card has been, its state is told. */
function takenUp(phone: Standing, { call, caller }: ClientEvents['welcome']['calls'][number]): OneCall {
  const { id, from, isRinging, isAccepted, answeredAt } = call
  const state = isRinging ? (isAccepted ? 'answering' : 'ringing') : 'talking'
  const who = caller?.displayName ? nameOf(caller) : numberOf(from)
  return { id, who, state, since: answeredAt ? new Date(answeredAt) : phone.now() }
}

function rings(phone: Standing, ringing: ClientEvents['call.ringing']): void {
  const { screen, look, now } = phone
  const { call, caller } = ringing
  const who = caller.displayName ? nameOf(caller) : numberOf(call.from)
  phone.call = { id: call.id, who, state: 'ringing', since: now() }
  screen.print(renderCard(ringing, { ...look, now: now() }))
  screen.bell()
  refresh(phone)
}

function moves(phone: Standing, moved: ClientEvents['call.state']): void {
  const { call } = phone
  if (call?.id !== moved.callId) return
  if (isOverFor(phone, moved)) return ended(phone, endOf(phone, call, moved))
  const state = phases[moved.state] ?? call.state
  if (state !== call.state) phone.call = { ...call, state, since: phone.now() }
  refresh(phone)
}

/** What the states of a call that has or rings us mean to us. */
const phases: Readonly<Record<string, OneCall['state']>> = {
  StaffJoined: 'answering',
  AddingCallerToConference: 'answering',
  AllInConference: 'talking',
}

function isOverFor({ me }: Standing, moved: ClientEvents['call.state']): boolean {
  return moved.state === 'Hungup' || (me !== null && moved.with?.includes(me) === false)
}

function endOf({ now }: Standing, { who, state, since }: OneCall, { because }: ClientEvents['call.state']): string {
  const length = state === 'talking' ? ` after ${lasted(now().getTime() - since.getTime())}` : ''
  return `${who}: over${length} (${because})`
}

function press(phone: Standing, key: Key): void {
  const { call } = phone
  if (key === 'p') return changePresence(phone)
  if (!call) return say(phone, 'nobody is calling')
  const callId = call.id
  if (key === 'a' && call.state === 'ringing')
    ask(phone, 'call.answer', { callId }, () => {
      if (phone.call?.id === callId && phone.call.state === 'ringing') phone.call.state = 'answering'
    })
  if (key === 'd')
    ask(phone, 'call.decline', { callId }, () => phone.call?.id === callId && ended(phone, `declined ${call.who}`))
  if (key === 'h') ask(phone, 'call.hangup', { callId })
}

function changePresence(phone: Standing): void {
  const presence: CommandData['presence.set']['presence'] = phone.presence === 'available' ? 'away' : 'available'
  ask(phone, 'presence.set', { presence }, () => {
    phone.presence = presence
  })
}

function ask<Name extends CommandName>(
  phone: Standing,
  command: Name,
  data: CommandData[Name],
  then: () => unknown = () => undefined,
): void {
  const done = async (): Promise<void> => {
    await phone.client.request(command, data)
    then()
    refresh(phone)
  }
  done().catch((error: unknown) => say(phone, `that did not work: ${messageOf(error)}`))
}

function ended(phone: Standing, text?: string): void {
  phone.call = null
  if (text) say(phone, text)
  refresh(phone)
}

function refresh({ screen, look, call, presence, me, now }: Standing): void {
  if (!call) return screen.status(me === null ? 'connecting' : cut(idle(presence), look.width))
  const time = call.state === 'talking' ? ` · ${lasted(now().getTime() - call.since.getTime())}` : ''
  const lines = {
    ringing: `${call.who} is calling`,
    answering: `connecting with ${call.who}`,
    talking: `connected with ${call.who}`,
  }
  screen.status(cut(lines[call.state], look.width - time.length), time)
}

function idle(presence: string): string {
  if (presence === '' || presence === 'available') return 'waiting for calls'
  const being = { wrapup: 'wrapping up', dnd: 'not to be disturbed' }[presence] ?? presence
  return `you are ${being}: press p to be available`
}

function numberOf(phone: string | null): string {
  return phone ? showPhone(safe(phone)) : 'a caller who withholds the number'
}

function say({ screen, look }: Standing, text: string): void {
  screen.print(cut(safe(text), look.width))
}
