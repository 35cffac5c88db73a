import type { SimulatedCall } from '@switchboard/test-simulators/twilio-control'
import { until, type Colleague } from './calls-deploy-stand.ts'
import { ring, ringing, talk, type Scene } from './calls-kill-scene.ts'
import type { CommandKind } from './calls-kill-tap.ts'

/** One moment at which the hub is killed, and how the call goes on. */
export interface KillCase {
  /** The state that the call is in, or passes through. */
  state: string
  /** What happens at this moment: a command to the vendor, or the transaction that passes through the state. */
  moment: CommandKind | 'commit'
  /** Before or after the command is carried out, or the transaction is committed. */
  when: 'before' | 'after'
  /** Brings a call there, with the hub killed at that moment. */
  strike(scene: Scene): Promise<Struck>
}

/** A call whose hub was killed. */
export interface Struck {
  /** Waits until the hub, started again, has the call in hand: it has done what it was about to do. */
  regained(): Promise<unknown>
  /** Goes on with the call to its end. */
  finish(): Promise<unknown>
  /** How it would have ended. */
  outcome: string
}

type Prepared = Struck & { trigger(): unknown }

/** The same moment from both sides of a command. */
function around(state: string, moment: CommandKind, prepare: (scene: Scene) => Promise<Prepared>): KillCase[] {
  return (['before', 'after'] as const).map(when => ({
    ...{ state, moment, when },
    strike: async scene => {
      const { trigger, ...struck } = await prepare(scene)
      await scene.strikeAt(moment, when, trigger)
      return struck
    },
  }))
}

/** A transaction that passes through a state in which no call rests: killed within it, and as soon as it is committed. */
function through(state: string, prepare: (scene: Scene) => Promise<Prepared>): KillCase[] {
  const inside: KillCase = {
    ...{ state, moment: 'commit', when: 'before' },
    strike: async scene => {
      const { trigger, ...struck } = await prepare(scene)
      await scene.strikeInside(trigger)
      return struck
    },
  }
  const after: KillCase = {
    ...{ state, moment: 'commit', when: 'after' },
    strike: async scene => {
      const { trigger, ...struck } = await prepare(scene)
      await trigger()
      await scene.passes(state)
      await scene.kill()
      return struck
    },
  }
  return [inside, after]
}

/** A phone is picked up, they talk, and the caller hangs up. */
async function pickUpAndTalk(scene: Scene, caller: SimulatedCall): Promise<void> {
  const { phone } = await ringing(scene)
  scene.stand.twilio.phone(phone).answer()
  await scene.comesTo('AllInConference')
  caller.hangUp()
}

const rings = async (scene: Scene): Promise<Prepared> => {
  let caller: SimulatedCall | null = null
  return {
    trigger: () => void (caller = ring(scene)),
    regained: () => ringing(scene),
    finish: async () => caller && pickUpAndTalk(scene, caller),
    outcome: 'answered',
  }
}

/** Somebody declines, so that the next is sought. */
const declines = async (scene: Scene): Promise<Prepared> => {
  const caller = ring(scene)
  const first = await ringing(scene)
  const second = (): Promise<Colleague> =>
    until('another phone rings', async () => {
      const now = await ringing(scene)
      return now !== first && now
    })
  return {
    trigger: () => scene.stand.twilio.phone(first.phone).decline(),
    regained: second,
    finish: () => pickUpAndTalk(scene, caller),
    outcome: 'answered',
  }
}

const answers = async (scene: Scene): Promise<Prepared> => {
  const caller = ring(scene)
  const { phone } = await ringing(scene)
  await scene.comesTo('DialingStaff')
  return {
    trigger: () => scene.stand.twilio.phone(phone).answer(),
    regained: () => scene.comesTo('AllInConference'),
    finish: async () => caller.hangUp(),
    outcome: 'answered',
  }
}

/** Something done to a conversation over the API. */
function act(path: string, body: object): (scene: Scene) => Promise<Prepared> {
  return async scene => {
    const { caller } = await talk(scene)
    const call = await scene.call()
    const before = scene.tap.carried.length
    return {
      trigger: () => void scene.stand.ask(`/api/calls/${call?.id}/${path}`, body).catch(() => undefined),
      regained: () => until(`${path} at the vendor`, () => scene.tap.carried.length > before),
      finish: async () => caller.hangUp(),
      outcome: 'answered',
    }
  }
}

/** A manager comes in to listen, and then wants to be heard by their colleague. */
const attends = async (scene: Scene): Promise<Prepared> => {
  const { caller, colleague } = await talk(scene)
  const call = await scene.call()
  const manager = scene.people.find(({ id }) => id !== colleague.id)
  if (!call || !manager) throw new Error('nobody can listen')
  await until('the client is back', () => manager.client.state() === 'live')
  await manager.client.request('call.attend', { callId: call.id, part: 'listen' })
  const phone = scene.stand.twilio.phone(manager.phone)
  await until('the manager’s phone rings', () => phone.answer())
  await until('the manager is in the conference', () => phone.legs().some(leg => leg.conference !== null))
  await new Promise(wake => setTimeout(wake, 300))
  const before = scene.tap.carried.length
  return {
    trigger: () =>
      void manager.client.request('call.attend', { callId: call.id, part: 'whisper' }).catch(() => undefined),
    regained: () => until('whispering at the vendor', () => scene.tap.carried.length > before),
    finish: async () => caller.hangUp(),
    outcome: 'answered',
  }
}

/** Everybody but one is on a call, and that one declines: the caller waits. */
const waits = async (scene: Scene): Promise<Prepared> => {
  const caller = ring(scene)
  const first = await ringing(scene)
  await onOtherCalls(scene, first)
  const isTold = (): boolean => caller.view().heard.some(({ text }) => text?.includes('in the queue'))
  return {
    trigger: () => scene.stand.twilio.phone(first.phone).decline(),
    regained: () => until('the caller hears their place', isTold),
    finish: async () => {
      await onOtherCalls(scene, null)
      await pickUpAndTalk(scene, caller)
    },
    outcome: 'answered',
  }
}

/** A call that is only in the roster takes everybody but one; null: it lets them go. */
async function onOtherCalls({ stand }: Scene, except: Colleague | null): Promise<void> {
  const other = '00000000-0000-7000-8000-000000000001'
  await stand.store.transact(tx =>
    except
      ? tx.sql`update staff set call_id = ${other} where email like 'staff%' and id <> ${except.id}`
      : tx.sql`update staff set call_id = null where call_id = ${other}`,
  )
}

const nobodyAnswers = async (scene: Scene): Promise<Prepared> => {
  const { twilio } = scene.stand
  for (const { phone } of scene.people) twilio.script(phone, 'declines')
  let caller: SimulatedCall | null = null
  const isAsked = (): boolean => caller?.view().heard.some(({ text }) => text?.includes('leave a message')) ?? false
  return {
    trigger: async () => void (caller = twilio.ring({ from: '+61491570156', leaveMessageMs: 500 })),
    regained: () => until('the greeting', isAsked),
    finish: async () => {
      for (const { phone } of scene.people) twilio.script(phone, 'waits')
      await until('the message', async () => (await scene.call())?.outcome === 'voicemail')
    },
    outcome: 'voicemail',
  }
}

const hangsUp = async (scene: Scene): Promise<Prepared> => {
  const { caller, colleague } = await talk(scene)
  const call = await scene.call()
  const phone = scene.stand.twilio.phone(colleague.phone)
  return {
    trigger: () => void scene.stand.ask(`/api/calls/${call?.id}/hangup`, {}).catch(() => undefined),
    regained: () =>
      until('nobody is on the line', () => phone.legs().length === 0 && caller.view().status === 'completed'),
    finish: async () => undefined,
    outcome: 'answered',
  }
}

const customer = '+61491570110'

const callsOut = async (scene: Scene): Promise<Prepared> => {
  const [colleague] = scene.people
  if (!colleague) throw new Error('nobody calls')
  return {
    trigger: () => dialled(colleague, { phone: customer, line: scene.stand.twilio.numbers[0] }),
    regained: () => ringing(scene),
    finish: async () => {
      scene.stand.twilio.phone(colleague.phone).answer()
      await scene.comesTo('AllInConference')
      scene.stand.twilio.phone(customer).hangUp()
    },
    outcome: 'answered',
  }
}

/** Their client may still be coming back from the last kill. */
async function dialled({ client }: Colleague, wish: { phone: string; line: string | undefined }): Promise<void> {
  await until('the client is back', () => client.state() === 'live')
  // The answer may be lost with the hub.
  void client.request('call.dial', wish).catch(() => undefined)
}

const dialsCustomer = async (scene: Scene): Promise<Prepared> => {
  const { trigger } = await callsOut(scene)
  await trigger()
  const { phone } = await ringing(scene)
  return {
    trigger: () => scene.stand.twilio.phone(phone).answer(),
    regained: () => scene.comesTo('AllInConference'),
    finish: async () => scene.stand.twilio.phone(customer).hangUp(),
    outcome: 'answered',
  }
}

/** Nothing was heard of an answer: the hub that is started finds out from the vendor, and is killed while it writes that down. */
const findsOut = async (scene: Scene): Promise<Prepared> => {
  const { twilio } = scene.stand
  const caller = ring(scene)
  const { phone } = await ringing(scene)
  await scene.comesTo('DialingStaff')
  await scene.kill()
  twilio.faults.set({ silentWebhook: 1 })
  twilio.phone(phone).answer()
  await new Promise(wake => setTimeout(wake, 300))
  twilio.faults.clear()
  return {
    trigger: () => void scene.revive().catch(() => undefined),
    regained: () => scene.comesTo('AllInConference'),
    finish: async () => caller.hangUp(),
    outcome: 'answered',
  }
}

/** Every state, on both sides of each command that is given in it. */
export const killCases: readonly KillCase[] = [
  ...through('Ringing', rings),
  ...through('FindingStaff', declines),
  ...around('DialingStaff', 'dial', rings),
  ...around('WaitingForStaff', 'redirect', waits),
  ...through('StaffJoined', answers),
  ...around('AddingCallerToConference', 'redirect', answers),
  ...around('AllInConference', 'hold', act('hold', { on: true })),
  ...around('AllInConference', 'mute', act('mute', { on: true })),
  ...around('AllInConference', 'record', act('recording', { action: 'start' })),
  ...around('AllInConference', 'dial', act('add', { who: { phone: '+61491570111' } })),
  ...around('AllInConference', 'attend', attends),
  ...around('Voicemail', 'redirect', nobodyAnswers),
  ...around('Hungup', 'hangup', hangsUp),
  ...around('RingingOutbound', 'dial', callsOut),
  ...around('RingingOutbound', 'dial', dialsCustomer),
  ...through('GetConferenceDetails', findsOut),
]
