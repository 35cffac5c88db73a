import type { DatabaseConnection, Dialect } from 'kysely'

/**
 * A dialect whose rollbacks do not fail. One on a lost connection would, although nothing is left to roll back, and a transaction whose rollback
 * failed never gives its connection back: after a database restart the pool would have none left.
 */
export function forgiving(dialect: Dialect): Dialect {
  const createDriver: Dialect['createDriver'] = () => {
    const driver = dialect.createDriver()
    const rollback = driver.rollbackTransaction.bind(driver)
    return Object.assign(driver, {
      rollbackTransaction: (connection: DatabaseConnection) => rollback(connection).catch(() => undefined),
    })
  }
  return {
    createDriver,
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: db => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}
