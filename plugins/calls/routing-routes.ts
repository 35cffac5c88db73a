import {
  Conflict,
  HubError,
  NotFound,
  route,
  z,
  type Hub,
  type OneListener,
  type Principal,
  type ProfileId,
  type Route,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import type { Stage } from './actor.ts'
import { replay, ReplayWish } from './replay.ts'
import { RoutingSettings } from './routing-settings.ts'
import { assign, assignmentOf, currentSettings, followMerge, noteChange, versionsOf } from './routing-store.ts'
import { whatIf, WhatIf } from './what-if.ts'

/** Looking at the rules of routing, changing them, and trying them out. */
export function routingRoutes({ store, audit }: Hub, stage: Stage): Route[] {
  return [
    readRouting({ store }, stage),
    writeRouting({ store, audit }, stage),
    listVersions({ store }),
    readAssigned({ store }),
    writeAssigned({ store, audit }, stage),
    tryOut({ store }, stage),
    replayCalls({ store }, stage),
  ]
}

/** People who turned out to be one keep what was known of each. */
export function followMergedCallers(): OneListener {
  const Merged = z.object({ profileId: z.string(), merged: z.array(z.string()) })
  return async (tx, event) => {
    const { profileId, merged } = Merged.parse(event.data)
    await followMerge(tx, profileId as ProfileId, merged as ProfileId[])
  }
}

type Kept = Pick<Hub, 'store'>
type Audited = Pick<Hub, 'store' | 'audit'>

const VersionHead = z.object({
  version: z.int(),
  changedBy: z.string(),
  changedAt: z.date(),
  reason: z.string().nullable(),
})

const RoutingShown = z.object({
  version: z.int().meta({ description: '0: nobody set anything yet' }),
  settings: RoutingSettings,
  defaults: z.record(z.string(), z.unknown()).meta({ description: 'what holds where the settings say nothing' }),
  versions: z.array(VersionHead),
})

type RoutingShown = z.output<typeof RoutingShown>

async function shownRouting(tx: Tx, { settings: defaults }: Stage): Promise<RoutingShown> {
  const { version, settings } = await currentSettings(tx)
  const versions = (await versionsOf(tx, 20, null)).map(({ version, changedBy, changedAt, reason }) => ({
    ...{ version, changedBy, changedAt, reason },
  }))
  return { version, settings, defaults: { ...defaults }, versions }
}

function readRouting({ store }: Kept, stage: Stage): Route {
  return route({
    method: 'GET',
    path: '/api/routing',
    summary: 'The rules by which callers reach somebody, what holds where they say nothing, and their last versions',
    access: 'agent',
    answer: RoutingShown,
    handle: () => store.read(tx => shownRouting(tx, stage)),
  })
}

function writeRouting({ store, audit }: Audited, stage: Stage): Route {
  return route({
    method: 'PUT',
    path: '/api/routing',
    summary: 'Change the rules. They hold from the next look at a call on; every version is kept',
    access: 'manager',
    body: z.strictObject({
      version: z.int().min(0).meta({ description: 'the version that was changed: another meanwhile is a conflict' }),
      settings: RoutingSettings,
      reason: z.string().max(500).optional(),
    }),
    answer: RoutingShown,
    handle: ({ body: { version, settings, reason = null }, principal }) =>
      store.transact(async tx => {
        const before = await currentSettings(tx)
        if (before.version !== version)
          throw new Conflict(`the settings are at version ${before.version} by now: read them again`)
        await checkStaff(tx, stage, settings)
        const after = { version: version + 1, settings }
        await noteChange(tx, { by: whoIs(principal), before, after, reason, at: stage.now() })
        await audit.record(tx, { by: principal, what: 'routing.change', target: 'routing', before, after, reason })
        return shownRouting(tx, stage)
      }),
  })
}

function whoIs(principal: Principal | null): { name: string; staffId: StaffId | null } {
  return { name: principal?.name ?? 'somebody', staffId: principal?.kind === 'staff' ? principal.staffId : null }
}

/** @throws HubError when a team names somebody who is not there */
async function checkStaff(tx: Tx, stage: Stage, { teams }: RoutingSettings): Promise<void> {
  const there = new Set<string>((await stage.roster().onDuty(tx)).map(({ id }) => id))
  const issues = Object.entries(teams).flatMap(([name, { staff }]) =>
    staff.flatMap((id, at) =>
      there.has(id) ? [] : [{ path: `settings.teams.${name}.staff.${at}`, message: 'is nobody on the roster' }],
    ),
  )
  if (issues.length === 0) return
  throw new HubError('bad_request', issues.map(({ path, message }) => `${path} ${message}`).join('; '), { issues })
}

function listVersions({ store }: Kept): Route {
  const Shown = VersionHead.extend({
    staffId: z.string().nullable(),
    before: RoutingSettings.nullable(),
    settings: RoutingSettings,
  })
  return route({
    method: 'GET',
    path: '/api/routing/versions',
    summary: 'Every version of the rules, newest first: who changed them, when, why, from what to what',
    access: 'manager',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z.coerce.number().int().min(1).optional().meta({ description: 'as the last answer gave it' }),
    }),
    answer: z.object({ items: z.array(Shown), cursor: z.string().nullable() }),
    handle: async ({ query: { limit, cursor } }) => {
      const versions = await store.read(tx => versionsOf(tx, limit + 1, cursor ?? null))
      const items = versions.slice(0, limit)
      return { items, cursor: versions.length > limit ? String(items.at(-1)!.version) : null }
    },
  })
}

const OneProfile = z.object({ profileId: z.uuid() })
const Assigned = z.object({ staffId: z.string().nullable(), by: z.string().nullable(), at: z.date().nullable() })

function readAssigned({ store }: Kept): Route {
  return route({
    method: 'GET',
    path: '/api/routing/assigned/:profileId',
    summary: 'Whose a person is: who is rung first when they call',
    access: 'agent',
    params: OneProfile,
    answer: Assigned,
    handle: async ({ params }) => {
      const found = await store.read(tx => assignmentOf(tx, params.profileId as ProfileId))
      return { staffId: found?.staffId ?? null, by: found?.by ?? null, at: found?.at ?? null }
    },
  })
}

function writeAssigned({ store, audit }: Audited, stage: Stage): Route {
  return route({
    method: 'PUT',
    path: '/api/routing/assigned/:profileId',
    summary: 'Decide whose a person is; null: nobody’s, and who they know is learned from their calls and appointments',
    access: 'manager',
    params: OneProfile,
    body: z.strictObject({ staffId: z.uuid().nullable() }),
    answer: Assigned,
    handle: ({ params, body, principal }) =>
      store.transact(async tx => {
        const staffId = body.staffId as StaffId | null
        if (staffId !== null && !(await stage.roster().find(tx, { id: staffId }))?.isActive)
          throw new NotFound('this member of staff')
        const [by, at] = [whoIs(principal).name, stage.now()]
        const profileId = params.profileId as ProfileId
        const before = { staffId: (await assignmentOf(tx, profileId))?.staffId ?? null }
        await assign(tx, { profileId, staffId, by, at })
        const about = { what: 'routing.assign', target: `profile:${profileId}`, before, after: { staffId } }
        await audit.record(tx, { by: principal, ...about })
        return { staffId, by, at }
      }),
  })
}

const PersonShown = z.object({ staffId: z.string(), name: z.string() })
const SkippedShown = PersonShown.extend({ because: z.string() })
const OtherwiseShown = z.object({
  do: z.enum(['voicemail', 'reject', 'queue']),
  because: z.string(),
  place: z.int().optional(),
  untilMs: z.number().optional(),
})

const Tried = z.object({
  at: z.date(),
  version: z.int(),
  opening: z.object({ isOpen: z.boolean(), because: z.string(), nextChangeAt: z.date().nullable() }).nullable(),
  preferred: z.array(SkippedShown.extend({ score: z.number() })),
  owner: z.object({ staffId: z.string().nullable(), name: z.string().nullable(), team: z.string().nullable() }),
  rungs: z.array(
    z.object({
      afterSeconds: z.int(),
      rung: z.array(PersonShown),
      because: z.string(),
      ladder: z.array(z.object({ rule: z.string(), says: z.string(), decides: z.boolean() })),
      skipped: z.array(SkippedShown),
      otherwise: OtherwiseShown.nullable(),
    }),
  ),
  notes: z.array(z.string()),
})

function tryOut({ store }: Kept, stage: Stage): Route {
  return route({
    method: 'POST',
    path: '/api/routing/what-if',
    summary: 'What would become of a caller, rung by rung, and why. Rings nobody, claims nobody, writes nothing',
    access: 'agent',
    body: WhatIf,
    answer: Tried,
    handle: ({ body }) =>
      store.transact(async tx => {
        const { preferred, ...tried } = await whatIf(stage, tx, body)
        return { ...tried, preferred: [...preferred] }
      }),
  })
}

const ReplayShown = z.object({
  version: z.int(),
  changed: z.int(),
  isCut: z.boolean().meta({ description: 'there were more calls than were looked at' }),
  items: z.array(
    z.object({
      callId: z.string(),
      at: z.date(),
      from: z.string().nullable(),
      line: z.string(),
      was: z.array(z.string()),
      would: z.array(z.string()),
      isChanged: z.boolean(),
      notes: z.array(z.string()),
    }),
  ),
  notes: z.array(z.string()).meta({ description: 'what trails do not tell' }),
})

function replayCalls({ store }: Kept, stage: Stage): Route {
  return route({
    method: 'POST',
    path: '/api/routing/replay',
    summary: 'Put past calls through rules, those that hold or others, and see what would change. Writes nothing',
    access: 'manager',
    body: ReplayWish,
    answer: ReplayShown,
    handle: ({ body }) => store.transact(tx => replay(stage, tx, body)),
  })
}
