import { z, type StaffId } from '@switchboard/core'
import type { Texts } from './reply.ts'

/** A number as settings name it. */
export const Phone = z.string().regex(/^\+\d{8,15}$/, 'must be a number such as +61255501234')

/** Who is rung first of several. */
export const Strategy = z.enum(['longest-idle', 'in-turn', 'all'])

/** `longest-idle`: one after the other, whoever has been free the longest first. `in-turn`: one after the other, each as often. `all`: everybody free at once. */
export type Strategy = z.output<typeof Strategy>

/** A caller who is turned away. */
export const Blocked = z.strictObject({
  /** Their number, or `withheld`: everybody who hides theirs. */
  phone: z.union([Phone, z.literal('withheld')]),
  reason: z.string().min(1).max(200),
})

export type Blocked = z.output<typeof Blocked>

const seconds = (least: number, most: number) => z.int().min(least).max(most)
const text = z.string().min(1).max(1000)

/** What can be set for everybody, for a team and for a line; what is left out is as it is one level up. */
const wishes = {
  strategy: Strategy.optional(),
  ringSeconds: seconds(5, 300).optional(),
  maxWaitSeconds: seconds(0, 3600).optional(),
  /** The line customers see when staff call them. */
  callerId: Phone.optional(),
  /** Whether whoever the caller knows is rung first. */
  preferred: z.boolean().optional(),
  texts: z
    .strictObject({
      greeting: text.nullable(),
      voicemailGreeting: text,
      queueText: text,
      callbackText: text,
    })
    .partial()
    .optional(),
}

const Wishes = z.strictObject(wishes)
type Wishes = z.output<typeof Wishes>

/** A ring group. */
const Team = z.strictObject({
  ...wishes,
  /** Who is in it; for `in-turn`, in this order. */
  staff: z
    .array(z.uuid())
    .min(1)
    .max(500)
    .refine(ids => new Set(ids).size === ids.length, 'names somebody twice'),
})

const Line = z.strictObject({
  ...wishes,
  /** The teams that are rung, one after the other; none: everybody. */
  teams: z.array(z.string()).max(10).default([]),
  /** Turned away on this line, besides those who are on all. */
  blocked: z.array(Blocked).max(10_000).default([]),
})

/** The settings of routing that are kept in the database, a version at a time. */
export const RoutingSettings = z
  .strictObject({
    everybody: Wishes.default({}),
    /** By their names. */
    teams: z.record(z.string().min(1).max(100), Team).default({}),
    /** By their numbers in E.164. */
    lines: z.record(Phone, Line).default({}),
    blocked: z.array(Blocked).max(10_000).default([]),
  })
  .superRefine(({ teams, lines }, context) => {
    for (const [line, { teams: named }] of Object.entries(lines))
      for (const [at, team] of named.entries())
        if (!Object.hasOwn(teams, team))
          context.addIssue({ code: 'custom', path: ['lines', line, 'teams', at], message: `there is no team ${team}` })
  })

export type RoutingSettings = z.output<typeof RoutingSettings>

/** Before anybody set anything. */
export const noSettings: RoutingSettings = { everybody: {}, teams: {}, lines: {}, blocked: [] }

/** What holds where the settings say nothing: the options of the plugin. */
export interface Defaults extends Texts {
  strategy: Strategy
  /** How long each rung may ring. */
  ringSeconds: number
  /** How long a caller may wait for somebody to be free before they are asked for a message; 0: nobody waits. */
  maxWaitSeconds: number
  /** The line a customer sees when staff call them, in E.164. Default: the line called last. */
  callerId?: string | undefined
  /** Whether whoever the caller knows is rung first. Default true. */
  preferred?: boolean
  /** Callers who are turned away. */
  blocked?: Blocked[]
}

/** A ring group as routing sees it. `staff` null: everybody on duty. */
export interface RingGroup {
  name: string | null
  staff: readonly StaffId[] | null
  strategy: Strategy
}

/** The rules for the calls of one line. */
export interface Rules extends Texts {
  /** Of the settings; 0 when there are none. */
  version: number
  groups: RingGroup[]
  ringSeconds: number
  maxWaitSeconds: number
  callerId: string | null
  preferred: boolean
  blocked: Blocked[]
}

/** The settings as they are, with their version. */
export interface Current {
  version: number
  settings: RoutingSettings
}

/** The rules for a line: what is set for it goes before its first team's, then everybody's, then the plugin's options. */
export function rulesFor(options: Defaults, { version, settings }: Current, line: string): Rules {
  const own = settings.lines[line] ?? { teams: [], blocked: [] }
  const teams = own.teams.flatMap(name => (settings.teams[name] ? [{ name, ...settings.teams[name] }] : []))
  const levels: Wishes[] = [settings.everybody, teams[0] ?? {}, own]
  const wished = Object.assign({}, options, ...levels) as Defaults
  const said = Object.assign(textsOf(options), ...levels.map(({ texts }) => texts)) as Texts
  const { ringSeconds, maxWaitSeconds, callerId = null, preferred = true } = wished
  const strategy = settings.everybody.strategy ?? options.strategy
  return {
    ...said,
    ...{ version, ringSeconds, maxWaitSeconds, callerId, preferred },
    groups: groupsOf(teams, strategy, own.strategy),
    blocked: [...own.blocked, ...settings.blocked, ...(options.blocked ?? [])],
  }
}

function groupsOf(
  teams: (RoutingSettings['teams'][string] & { name: string })[],
  strategy: Strategy,
  ofLine: Strategy | undefined,
): RingGroup[] {
  if (teams.length === 0) return [{ name: null, staff: null, strategy: ofLine ?? strategy }]
  return teams.map(team => ({
    name: team.name,
    staff: team.staff as StaffId[],
    strategy: ofLine ?? team.strategy ?? strategy,
  }))
}

function textsOf({ greeting, voicemailGreeting, voicemailMaxSeconds, queueText, callbackText }: Texts): Texts {
  return { greeting, voicemailGreeting, voicemailMaxSeconds, queueText, callbackText }
}

/** Whose calls wait in one queue: those of lines that lead to the same teams. */
export function queueOf({ settings }: Current, line: string): string {
  return JSON.stringify(settings.lines[line]?.teams ?? [])
}

/** The line customers see when this member of staff calls them: their team's, else everybody's, else the plugin's; null when none is set. */
export function callerIdFor(options: Defaults, { settings }: Current, staffId: StaffId): string | null {
  const team = Object.values(settings.teams).find(({ staff, callerId }) => callerId && staff.includes(staffId))
  return team?.callerId ?? settings.everybody.callerId ?? options.callerId ?? null
}
