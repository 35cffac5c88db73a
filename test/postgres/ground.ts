import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@switchboard/core/hub'
import { migrate } from '@switchboard/migrations/migrate'
import { startPostgres } from '@switchboard/postgres-embedded'

/** Where something is measured or tried: a database and a folder of its own. */
export interface Ground {
  databaseUrl: string
  dataDir: string
}

/** Runs `work` on a fresh, migrated Postgres with durable commits; afterwards nothing of it is left. */
export async function onGround<T>(work: (ground: Ground) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-ground-'))
  try {
    const postgres = await startPostgres({ dataDir: join(dataDir, 'pg'), log: silentLog() })
    try {
      await migrate(postgres.url)
      return await work({ databaseUrl: postgres.url, dataDir })
    } finally {
      await postgres.stop({ force: true })
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}
