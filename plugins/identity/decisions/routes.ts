import { route, z, type Hub, type Route } from '@switchboard/core'
import { matchRecords } from '../match-records.ts'
import type { IdentityOptions } from '../settings.ts'
import { carryOut, deciding, type ActNeeds, type Outcome } from './act.ts'
import { evidenceLoader } from './evidence.ts'
import { planKeepApart, planMerge } from './merge.ts'
import { ChangeShown } from './show.ts'
import { planUnmerge } from './unmerge.ts'

/** What deciding takes of the hub. */
export type DecidingHub = Pick<Hub, 'store' | 'events' | 'audit' | 'now' | 'log' | 'evidence'>

/** More people than this are not matched while somebody waits. */
const mostAtOnce = 50_000

const how = {
  dryRun: z.boolean().default(false).meta({ description: 'Shows exactly what would change, and changes nothing.' }),
  reason: z.string().trim().min(1).max(500).optional(),
}
const Records = z.array(z.object({ source: z.string(), externalId: z.string() })).min(1)
const Unmerge = z.strictObject({
  records: Records.max(5000).optional().meta({ description: 'The records that leave.' }),
  candidates: z.array(z.uuid()).min(1).max(5000).optional().meta({ description: 'The people in records that leave.' }),
  ledgerId: z.uuid().optional().meta({
    description:
      'A line of the ledger to undo: a merge is taken apart, an un-merge is taken back. Default: the latest merge that stands.',
  }),
  ...how,
})

/** Carries decisions out with the settings of the hub. */
export function actNeeds(hub: DecidingHub, options: IdentityOptions): ActNeeds {
  const { store, events, audit, now, log } = hub
  const [loadEvidence, memory] = [evidenceLoader(hub.evidence), {}]
  const match: ActNeeds['match'] = async (tx, at) => {
    const evidence = await loadEvidence()
    return matchRecords(tx, { options, evidence, memory, scope: 'dirty', at, log, most: mostAtOnce })
  }
  return { store, events, audit, now, match }
}

/** Un-merging, merging by hand and keeping apart, each with a dry run. */
export function decisionRoutes(hub: DecidingHub, options: IdentityOptions): Route[] {
  const needs = actNeeds(hub, options)
  return [unmergeRoute(needs), mergeRoute(needs), keepApartRoute(needs)]
}

function unmergeRoute(needs: ActNeeds): Route {
  return route({
    method: 'POST',
    path: '/api/profiles/:id/unmerge',
    summary: 'Take a person apart, exactly as they were before a merge; it is remembered that they are two',
    access: 'manager',
    params: z.object({ id: z.uuid() }),
    body: Unmerge.default(Unmerge.parse({})),
    answer: ChangeShown,
    handle: async ({ params, body: { dryRun, reason, ...leaving }, principal }) =>
      shown(
        await carryOut(needs, { by: deciding(principal), isDry: dryRun, reason: reason ?? null }, tx =>
          planUnmerge(tx, params.id, leaving),
        ),
      ),
  })
}

function mergeRoute(needs: ActNeeds): Route {
  return route({
    method: 'POST',
    path: '/api/profiles/merge',
    summary: 'Make one person of several; the oldest id stays, the others lead to it',
    access: 'manager',
    body: z.strictObject({ profiles: z.array(z.uuid()).min(2).max(20), ...how }),
    answer: ChangeShown,
    handle: async ({ body: { profiles, dryRun, reason }, principal }) =>
      shown(
        await carryOut(needs, { by: deciding(principal), isDry: dryRun, reason: reason ?? null }, tx =>
          planMerge(tx, profiles),
        ),
      ),
  })
}

function keepApartRoute(needs: ActNeeds): Route {
  return route({
    method: 'POST',
    path: '/api/profiles/keep-apart',
    summary: 'Keep two people two, whatever comes to speak for one; strong new evidence is asked about, never followed',
    access: 'manager',
    body: z.strictObject({ a: z.uuid(), b: z.uuid(), ...how }),
    answer: ChangeShown,
    handle: async ({ body: { a, b, dryRun, reason }, principal }) =>
      shown(
        await carryOut(needs, { by: deciding(principal), isDry: dryRun, reason: reason ?? null }, tx =>
          planKeepApart(tx, [a, b]),
        ),
      ),
  })
}

function shown(outcome: Outcome): z.output<typeof ChangeShown> {
  return outcome
}
