import { cleanPhone, second, type Opening, type OnDuty, type StaffId } from '@switchboard/core'
import type { Preferred } from './preferred.ts'
import type { RingGroup, Rules } from './routing-settings.ts'
import { isLive, staffRung, type Call, type Otherwise, type Skipped } from './state.ts'

/** Everything that decides what becomes of a caller, as it is at one moment. */
export interface Facts {
  call: Pick<Call, 'direction' | 'from' | 'legs' | 'transfer' | 'queuedAt' | 'answeredAt'>
  now: Date
  rules: Rules
  /** Everybody active, longest idle first. */
  onDuty: readonly OnDuty[]
  /** In a group, but not on the roster any more. */
  gone: readonly { id: StaffId; name: string }[]
  /** Whether we are open for this call; null when nobody knows, or it does not matter any more. */
  opening: Opening | null
  /** Why the caller is on a list of those nobody wants to hear from; null when they are on none. */
  spam?: string | null
  /** Whom the caller knows, the closest first. */
  preferred: readonly Preferred[]
  /** The caller's place among those who wait. */
  place: number
  /** Who was rung last of each group whose members are rung in turn, by its name, '' for everybody. */
  turns: ReadonlyMap<string, StaffId>
}

/** People to ring at one go: all of them, or the first who can be had. */
export interface Tier {
  people: OnDuty[]
  because: string
  isTogether: boolean
  /** The group whose turn it is to be remembered; null when none is. */
  turnOf: string | null
}

/** One look at the rules, in a sentence. */
export interface LadderStep {
  rule: 'blocked' | 'hours' | 'sender' | 'preferred' | 'group' | 'queue' | 'voicemail'
  says: string
  /** Whether it settled what happens now. */
  decides: boolean
}

/** For whom a message of the caller is. All null: for everybody. */
export interface Owner {
  staffId: StaffId | null
  name: string | null
  team: string | null
}

/** What is to happen now: whom to ring, in order of preference, and what becomes of the caller when none of them can be had. */
export interface Ladder {
  tiers: Tier[]
  skipped: Skipped[]
  otherwise: Otherwise
  steps: LadderStep[]
  owner: Owner
}

/** Decides by the rules what becomes of a caller now. Pure: what is tried out and what happens go through here alike. */
export function ladderOf(facts: Facts): Ladder {
  const owner = ownerIn(facts)
  return comesBack(facts, owner) ?? turnedAway(facts, owner) ?? climbed(facts, owner)
}

/** Whether nothing was decided about this caller yet. */
export function isNew({ direction, legs, queuedAt, answeredAt, transfer }: Facts['call']): boolean {
  return (
    direction === 'inbound' &&
    queuedAt === null &&
    answeredAt === null &&
    transfer === null &&
    legs.every(({ role }) => role === 'caller')
  )
}

function ownerIn({ preferred: [closest], rules }: Facts): Owner {
  const team = rules.groups[0]?.name ?? null
  return { staffId: closest?.staffId ?? null, name: closest?.name ?? null, team }
}

/** Who handed the call over gets it back, also though they were rung before. */
function comesBack(facts: Facts, owner: Owner): Ladder | null {
  const { legs, transfer } = facts.call
  const sender = transfer?.by.staffId
  const back = facts.onDuty.find(({ id, notFreeBecause }) => id === sender && notFreeBecause === null)
  if (!back || legs.some(leg => leg.staffId === sender && isLive(leg))) return null
  const because = 'it comes back to who handed it over'
  const steps: LadderStep[] = [{ rule: 'sender', says: `${back.name} handed it over and gets it back`, decides: true }]
  const otherwise = otherwiseFor(facts, { taken: false, free: 1 }, owner)
  return { tiers: [{ people: [back], because, isTogether: false, turnOf: null }], skipped: [], otherwise, steps, owner }
}

/** Blocked, or closed. Either is settled when the call comes in: who waits is not sent away at five. */
function turnedAway(facts: Facts, owner: Owner): Ladder | null {
  if (!isNew(facts.call)) return null
  const blocked = blockedBy(facts)
  const nobody = { tiers: [], skipped: [], owner }
  if (blocked) {
    const because = `blocked: ${blocked.reason}`
    const step: LadderStep = { rule: 'blocked', says: because, decides: true }
    return { ...nobody, otherwise: { do: 'reject', because }, steps: [step] }
  }
  if (facts.opening?.isOpen !== false) return null
  const because = `closed ${facts.opening.because}`
  const step: LadderStep = { rule: 'hours', says: because, decides: true }
  return { ...nobody, otherwise: { do: 'voicemail', because: because + forWhom(owner) }, steps: [notBlocked, step] }
}

const notBlocked: LadderStep = { rule: 'blocked', says: 'the number is not blocked', decides: false }

/** What people decided goes before what lists say. */
function blockedBy({ call, rules, spam }: Facts): { reason: string } | undefined {
  const number = call.from === null ? null : (cleanPhone(call.from) ?? call.from)
  const rule = rules.blocked.find(({ phone }) => (number === null ? phone === 'withheld' : phone === number))
  return rule ?? (spam ? { reason: spam } : undefined)
}

/** What is learned on the way up. */
interface Climb {
  facts: Facts
  tiers: Tier[]
  skipped: Map<StaffId, Skipped>
  /** Everybody the rules lead to. */
  reached: Map<StaffId, OnDuty>
  steps: LadderStep[]
  /** The step that found the first who can be rung. */
  found: LadderStep | null
}

function climbed(facts: Facts, owner: Owner): Ladder {
  const climb: Climb = { facts, tiers: [], skipped: new Map(), reached: new Map(), steps: [], found: null }
  if (isNew(facts.call)) climb.steps.push(notBlocked, { rule: 'hours', says: openWords(facts), decides: false })
  lookAtPreferred(climb)
  for (const group of facts.rules.groups) lookAtGroup(climb, group)
  const free = climb.tiers.reduce((count, { people }) => count + people.length, 0)
  const taken = [...climb.reached.values()].some(person => isTaken(person) && !wasRung(facts, person.id))
  const otherwise = otherwiseFor(facts, { taken, free }, owner)
  const isTheirTurn = facts.place <= free
  const { tiers, steps, found } = climb
  if (!isTheirTurn && facts.place > 1) steps.push(queueStep(facts))
  if (isTheirTurn && found) found.decides = true
  else steps.push(stepOf(otherwise))
  return { tiers: isTheirTurn ? tiers : [], skipped: [...climb.skipped.values()], otherwise, steps, owner }
}

function openWords({ opening }: Facts): string {
  return opening ? `open ${opening.because}` : 'open: nobody keeps hours'
}

function lookAtPreferred(climb: Climb): void {
  const { facts, steps } = climb
  if (facts.preferred.length === 0) {
    const says = facts.rules.preferred ? 'the caller is tied to nobody' : 'whom the caller knows does not matter here'
    steps.push({ rule: 'preferred', says, decides: false })
  }
  for (const { staffId, because, name } of facts.preferred) {
    const person = facts.onDuty.find(({ id }) => id === staffId)
    const not = person ? consider(climb, person) : 'is not on the roster any more'
    const step: LadderStep = {
      rule: 'preferred',
      says: not === null ? because : `${because}, but ${name} ${not}`,
      decides: false,
    }
    steps.push(step)
    if (not === null && person) addTier(climb, { people: [person], because, isTogether: false, turnOf: null }, step)
  }
}

function lookAtGroup(climb: Climb, group: RingGroup): void {
  const { facts, steps, skipped, tiers } = climb
  for (const { id, name } of facts.gone)
    if (group.staff?.includes(id)) skipped.set(id, { staffId: id, name, because: 'is not on the roster any more' })
  const before = new Set(tiers.flatMap(({ people }) => people))
  const free = inOrder(membersOf(facts, group), group, facts.turns).filter(
    person => consider(climb, person) === null && !before.has(person),
  )
  const because = reasonOf(group)
  const nobody = group.name === null ? 'nobody is free' : `nobody of ${group.name} is free`
  const names = free.map(({ name }) => name).join(', ')
  const says = free.length === 0 ? nobody : `${names} (${because})`
  const step: LadderStep = { rule: 'group', says, decides: false }
  steps.push(step)
  if (free.length === 0) return
  const turnOf = group.strategy === 'in-turn' ? (group.name ?? '') : null
  addTier(climb, { people: free, because, isTogether: group.strategy === 'all', turnOf }, step)
}

function addTier(climb: Climb, tier: Tier, step: LadderStep): void {
  climb.tiers.push(tier)
  climb.found ??= step
}

/** Notes that the rules lead to somebody. @returns why they are not rung; null when they can be */
function consider({ facts, skipped, reached }: Climb, person: OnDuty): string | null {
  reached.set(person.id, person)
  const because = wasRung(facts, person.id) ? 'was rung for this call already' : person.notFreeBecause
  if (because !== null && !skipped.has(person.id))
    skipped.set(person.id, { staffId: person.id, name: person.name, because })
  return because
}

function wasRung({ call }: Facts, staffId: StaffId): boolean {
  return staffRung(call as Call).includes(staffId)
}

function membersOf({ onDuty }: Facts, { staff }: RingGroup): OnDuty[] {
  return staff === null ? [...onDuty] : onDuty.filter(({ id }) => staff.includes(id))
}

/** Claiming several people always goes by id, so that two calls can never wait for each other. */
function inOrder(members: OnDuty[], group: RingGroup, turns: Facts['turns']): OnDuty[] {
  if (group.strategy === 'longest-idle') return members
  const byId = members.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (group.strategy === 'all') return byId
  const { staff } = group
  const listed = staff === null ? byId : members.toSorted((a, b) => staff.indexOf(a.id) - staff.indexOf(b.id))
  const order = staff ?? byId.map(({ id }) => id)
  const last = turns.get(group.name ?? '')
  const next = last === undefined ? 0 : order.indexOf(last) + 1
  const hasHadIt = ({ id }: OnDuty): boolean => order.indexOf(id) < next
  return [...listed.filter(person => !hasHadIt(person)), ...listed.filter(hasHadIt)]
}

function reasonOf({ name, strategy }: RingGroup): string {
  const words = { 'longest-idle': 'free the longest', 'in-turn': 'next in turn', all: 'everybody free' }
  return name === null ? words[strategy] : `${words[strategy]} in ${name}`
}

/** At work, and free again before long: on a call, or wrapping one up. */
function isTaken({ isConnected, callId, presence }: OnDuty): boolean {
  return isConnected && (callId !== null || presence === 'wrapup')
}

function otherwiseFor(
  { call, now, rules, place }: Facts,
  { taken, free }: { taken: boolean; free: number },
  owner: Owner,
): Otherwise {
  const toVoicemail = (because: string): Otherwise => ({ do: 'voicemail', because: because + forWhom(owner) })
  if ((!taken && free === 0) || rules.maxWaitSeconds === 0) return toVoicemail('nobody can be rung')
  const since = call.queuedAt ?? now
  const untilMs = since.getTime() + rules.maxWaitSeconds * second
  if (untilMs <= now.getTime()) return toVoicemail('nobody became free in time')
  return { do: 'queue', because: 'everybody is taken', place, untilMs }
}

function forWhom({ name, team }: Owner): string {
  const whom = name ?? team
  return whom === null ? '' : `; a message is for ${whom}`
}

function queueStep({ place }: Facts): LadderStep {
  const others = place === 2 ? 'another caller waits' : `${place - 1} other callers wait`
  return { rule: 'queue', says: `${others} longer than this one`, decides: false }
}

function stepOf(otherwise: Otherwise): LadderStep {
  if (otherwise.do === 'queue')
    return { rule: 'queue', says: `${otherwise.because}; waits in place ${otherwise.place}`, decides: true }
  return { rule: 'voicemail', says: otherwise.because, decides: true }
}
