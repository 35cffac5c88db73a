import type { RunningTwilio } from '@switchboard/test-simulators/twilio'
import type { Behaviour } from '@switchboard/test-simulators/twilio-model'
import { randomOf, seedOf, type Random } from '@switchboard/test-simulators/random'

/** What people are played on. */
export interface Scene {
  twilio: RunningTwilio
  /** Does something in so many milliseconds of the vendor's time. */
  after(ms: number, then: () => void): void
  /** Asks the hub's API as a member of staff. @returns the status it answered with */
  ask(staffId: string, path: string, body: object): Promise<number>
}

/** Who takes part: everything about them follows from the seed. */
export interface Cast {
  seed: number
  calls: number
  /** The line that is called, E.164. */
  line: string
  /** Who is rung for it. */
  staff: readonly Colleague[]
}

/** A member of staff, with the address of their phone. */
export interface Colleague {
  id: string
  address: string
}

const second = 1_000

/** The number somebody calls from: tells seed and call apart. */
export function callerPhone(seed: number, call: number): string {
  return `+614${String(seed % 1_000_000).padStart(6, '0')}${String(call).padStart(2, '0')}`
}

/** How long, in milliseconds, a seed's calls take to come in. */
const comingMs = 60 * second

/** Lets a seed's people call, answer, and do what people do: hang up at any moment, decline, keep waiting, hold, hand over, ask others in. */
export function play(scene: Scene, cast: Cast): void {
  const chance = (part: string): Random => randomOf(seedOf(cast.seed, part))
  for (const one of cast.staff) {
    let count = 0
    scene.twilio.script(one.address, ({ label }) => {
      const random = chance(`${cast.staff.indexOf(one)} is rung for the ${count++}th time`)
      const behaviour = atTheDesk(random)
      if (typeof behaviour === 'object')
        busyHands(scene, cast, { one, label, random, answersAfterMs: behaviour.answersAfterMs })
      return behaviour
    })
  }
  for (let call = 0; call < cast.calls; call++) {
    const random = chance(`call ${call}`)
    const startMs = random.int(0, comingMs)
    scene.after(
      startMs,
      random.chance(0.15) ? () => callOut(scene, cast, call, random) : () => callIn(scene, cast, call, random),
    )
  }
}

/** What a member of staff does when their phone rings. */
function atTheDesk(random: Random): Behaviour {
  const draw = random.next()
  if (draw < 0.06) return 'busy'
  if (draw < 0.14) return 'declines'
  if (draw < 0.22) return 'waits'
  if (draw < 0.25) return 'unreachable'
  const answersAfterMs = Math.round(random.next() ** 2 * 22 * second)
  return random.chance(0.6) ? { answersAfterMs, hangsUpAfterMs: any(random, 60) } : { answersAfterMs }
}

/** Up to so many seconds, short ones more often: the odd moments are at the beginning. */
function any(random: Random, seconds: number): number {
  return Math.round(random.next() ** 2 * seconds * second)
}

function callIn({ twilio, after }: Scene, { seed, line }: Cast, call: number, random: Random): void {
  const habits = {
    ...(random.chance(0.7) && { hangUpAfterMs: any(random, 150) }),
    ...(random.chance(0.6) && { leaveMessageMs: any(random, 25) }),
  }
  const caller = twilio.ring({ from: callerPhone(seed, call), to: line, ...habits })
  if (random.chance(0.2)) for (const at of [15, 40, 70]) after(at * second, () => caller.press('1'))
  // Nobody stays for ever.
  after(240 * second, () => caller.hangUp())
}

/** Somebody of staff calls a customer, who answers, or does not. */
function callOut({ twilio, ask, after }: Scene, { seed, staff, line }: Cast, call: number, random: Random): void {
  const phone = callerPhone(seed, call)
  twilio.script(phone, atHome(random))
  after(240 * second, () => twilio.phone(phone).hangUp())
  void ask(random.pick(staff).id, '/api/calls', { phone, line })
}

function atHome(random: Random): Behaviour {
  const draw = random.next()
  if (draw < 0.1) return 'busy'
  if (draw < 0.2) return 'declines'
  if (draw < 0.3) return 'waits'
  return { answersAfterMs: any(random, 30), hangsUpAfterMs: any(random, 90) }
}

interface Hands {
  one: Colleague
  label: string | null
  random: Random
  answersAfterMs: number
}

/** What a member of staff does in a call, some seconds after they answered. */
function busyHands(scene: Scene, cast: Cast, { one, label, random, answersAfterMs }: Hands): void {
  const acts = Array.from({ length: random.int(0, 3) }, () => ({
    atMs: any(random, 40),
    act: actOf(random, cast, one),
  }))
  for (const { atMs, act } of acts)
    scene.after(answersAfterMs + atMs, () => {
      const leg = scene.twilio
        .phone(one.address)
        .legs()
        .find(each => each.label === label)
      if (leg?.conference) void scene.ask(one.id, `/api/calls/${leg.conference}/${act.path}`, act.body)
    })
}

function actOf(random: Random, { staff, seed }: Cast, one: Colleague): { path: string; body: object } {
  const other = random.pick(staff.filter(({ id }) => id !== one.id))
  const outside = callerPhone(seed, 90 + random.int(0, 9))
  const to = random.chance(0.8) ? { staffId: other.id } : { phone: outside }
  const kind = random.chance(0.5) ? 'cold' : 'warm'
  return random.pick([
    { path: 'hold', body: { on: true } },
    { path: 'hold', body: { on: false } },
    { path: 'mute', body: { on: random.chance(0.5) } },
    { path: 'transfer', body: { to, kind } },
    { path: 'transfer', body: { to, kind } },
    { path: 'transfer/complete', body: {} },
    { path: 'transfer/cancel', body: {} },
    { path: 'add', body: { who: to } },
    { path: 'recording', body: { action: random.pick(['start', 'pause', 'resume', 'stop']) } },
    { path: 'attend', body: { part: random.pick(['listen', 'whisper', 'talk']) } },
    { path: 'hangup', body: {} },
  ])
}
