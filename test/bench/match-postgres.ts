import { join } from 'node:path'
import { Client } from 'pg'
import { silentLog } from '@switchboard/core/hub'
import { openStore, type OpenStore } from '@switchboard/core/store'
import { migrate } from '@switchboard/migrations/migrate'
import { startPostgres } from '@switchboard/postgres-embedded'
import { identityEntities } from '../../plugins/identity/entities.ts'
import { accuracyOf, type Accuracy } from '../../plugins/identity/match-file/truth.ts'
import { matchRecords } from '../../plugins/identity/match-records.ts'
import { rebuild } from '../../plugins/identity/rebuild/rebuild.ts'
import { identityOptions } from '../../plugins/identity/settings.ts'
import { asked, found } from './match-child.ts'
import { modelNamed } from './match-models.ts'
import { change, storePeople, type TruthByPlace } from './match-records.ts'
import { percentiles } from './open-load.ts'

/** Invented people as records of a database, matched. */
export interface PostgresAsk {
  folder: string
  rows: number
  giant: number
  model: string
  /** How many records change at once, and how often. */
  changes: readonly { count: number; times: number }[]
}

/** How long it took. */
export interface PostgresFound {
  rows: number
  /** Storing the records: what the sync does, not the matching. */
  readMs: number
  /** Everything rebuilt: learned anew, decided and written. */
  matchMs: number
  /** The same once more, where nothing changed. */
  againMs: number
  accuracy: Accuracy
  changes: { count: number; times: number; p50Ms: number; p99Ms: number; maxMs: number }[]
}

const ask = asked<PostgresAsk>()
const postgres = await startPostgres({ dataDir: join(ask.folder, `pg-${ask.rows}-${ask.giant}`), log: silentLog() })
try {
  found(await measured(postgres.url))
} finally {
  await postgres.stop({ force: true })
}

async function measured(url: string): Promise<PostgresFound> {
  await migrate(url)
  const client = new Client(url)
  await client.connect()
  const statementTimeoutMs = 600_000
  const store = await openStore({ url, entities: identityEntities, log: silentLog(), max: 2, statementTimeoutMs })
  try {
    await client.query('create extension tsm_system_rows')
    const startedAt = performance.now()
    const truth = await storePeople(client, { rows: ask.rows, seed: 7, giant: ask.giant })
    const readMs = performance.now() - startedAt
    const match = await matcher(store, url)
    const matchMs = await match('anew')
    const accuracy = await scoreOf(client, truth)
    const againMs = await match('all')
    const changes: PostgresFound['changes'] = []
    for (const { count, times } of ask.changes) {
      const took: number[] = []
      for (let time = 0; time < times; time++) {
        await change(client, count)
        took.push(await match('dirty'))
      }
      changes.push({ count, times, ...percentiles(took) })
    }
    return { rows: ask.rows + ask.giant, readMs, matchMs, againMs, accuracy, changes }
  } finally {
    await store.close()
    await client.end()
  }
}

/** Matches what is dirty as the hub does, or rebuilds all of it, and says how long it took until it was committed. */
async function matcher(store: OpenStore, url: string): Promise<(scope: 'anew' | 'all' | 'dirty') => Promise<number>> {
  const options = identityOptions.parse({ model: await modelNamed(ask.model) })
  const memory = {}
  return async scope => {
    const settings = { options, evidence: [], scope, at: new Date(), log: silentLog() }
    const startedAt = performance.now()
    const outcome =
      scope === 'dirty'
        ? await store.transact(tx => matchRecords(tx, { ...settings, scope, memory }))
        : await rebuild(store, { ...settings, scope, url })
    if (typeof outcome === 'string') throw new Error(`the match was ${outcome}`)
    return performance.now() - startedAt
  }
}

/** How right the profiles are; whoever is in none is alone, and who has neither email nor phone is nobody. */
async function scoreOf(client: Client, truth: TruthByPlace): Promise<Accuracy> {
  const { rows } = await client.query<{ place: string; profile: string | null }>(`
    select r.external_id || '/' || c.position as place, m.profile_id as profile
    from candidate c join source_record r on r.id = c.record_id left join profile_member m on m.candidate_id = c.id`)
  const [persons, profiles] = [new Map<string, number>(), new Map<string, number>()]
  const numberIn = (known: Map<string, number>, text: string): number =>
    known.get(text) ?? known.set(text, known.size).size - 1
  const clusterOf = Int32Array.from(rows, ({ place, profile }) => numberIn(profiles, profile ?? place))
  const personOf = Int32Array.from(rows, ({ place }) => numberIn(persons, truth.get(place) ?? place))
  return accuracyOf(clusterOf, personOf)
}
