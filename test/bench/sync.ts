import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { silentLog } from '@switchboard/core/hub'
import { startPostgres } from '@switchboard/postgres-embedded'
import { migrate } from '@switchboard/migrations/migrate'
import { stand } from '@switchboard/test-drills/vendor-stand'
import { sourceNames } from '@switchboard/test-drills/vendors'

/** A polite rate is the vendor's wish, not the hub's speed: here it is lifted. */
const unhurried = { perSecond: 1000, perMinute: 60_000 }
const limited: { [name: string]: object } = {
  appointjet: { perSecond: unhurried.perSecond },
  salestools: { perSecond: unhurried.perSecond },
  simplybookme: { perSecond: unhurried.perSecond },
  front: { perMinute: unhurried.perMinute },
}

/** Every source read whole from its simulator into `source_record`, beside a bare COPY of the same rows into the same table's twin. */
export async function syncBench(): Promise<object[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'))
  const postgres = await startPostgres({ dataDir: join(dataDir, 'pg'), log: silentLog() })
  try {
    await migrate(postgres.url)
    const settings = { databaseUrl: postgres.url, dataDir, seed: 7, people: 2500, options: limited }
    const scene = await stand(sourceNames, settings)
    const reports: object[] = []
    try {
      for (const name of sourceNames) {
        const startedAt = performance.now()
        const { rows } = await scene.hub.pull(name)
        const tookMs = performance.now() - startedAt
        const copyMs = await copied(postgres.url, name, dataDir)
        reports.push({
          ...{
            source: name,
            rows,
            'rows a second': perSecond(rows, tookMs),
            'COPY, rows a second': perSecond(rows, copyMs),
          },
          ratio: (copyMs / tookMs).toFixed(3),
        })
      }
    } finally {
      await scene.close()
    }
    return reports
  } finally {
    await postgres.stop({ force: true })
    await rm(dataDir, { recursive: true, force: true })
  }
}

function perSecond(rows: number, ms: number): number {
  return Math.round((rows / ms) * 1000)
}

/** How long COPY takes to load the rows of a source, from a file, into a table with the same columns and indexes. */
async function copied(url: string, source: string, folder: string): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  const file = client.escapeLiteral(join(folder, 'pg', `${source}.copy`))
  try {
    await client.query(`copy (select * from source_record where source = ${client.escapeLiteral(source)}) to ${file}`)
    await client.query('create table twin (like source_record including all)')
    const startedAt = performance.now()
    await client.query(`copy twin from ${file}`)
    const tookMs = performance.now() - startedAt
    await client.query('drop table twin')
    return tookMs
  } finally {
    await client.end()
  }
}
