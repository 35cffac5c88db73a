import { Migrator } from '@mikro-orm/migrations'
import { MikroORM, type Options } from '@mikro-orm/postgresql'
import { migrations } from './index.ts'

/** Two hubs that start at once must not both migrate: the slower one waits for this advisory lock, and finds nothing left to do. */
const migrationLock = 7_211_202

/**
 * Brings a database up to date: runs the migrations it has not seen, in order, each in a transaction of its own.
 * @returns the names of those that ran
 * @throws when one fails; those before it stay
 */
export async function migrate(url: string): Promise<string[]> {
  const orm = await MikroORM.init(migratorOptions(url))
  try {
    return await orm.em.transactional(async em => {
      await em.execute(`select pg_advisory_xact_lock(${migrationLock})`)
      return (await orm.migrator.up()).map(({ name }) => name)
    })
  } finally {
    await orm.close(true)
  }
}

/** How the migrator is set up: the list decides, files are never looked for. */
export function migratorOptions(url: string, entities: readonly object[] = []): Options {
  return {
    clientUrl: url,
    entities: [...entities] as never[],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    pool: { min: 0, max: 3 },
    migrations: {
      tableName: 'migration',
      migrationsList: migrations as never[],
      snapshot: false,
      silent: true,
      allOrNothing: false,
    },
  }
}
