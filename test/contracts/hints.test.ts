import { silentLog } from '@switchboard/core/hub'
import { postgresHints, type OpenHints } from '@switchboard/core/hints'
import { openStore } from '@switchboard/core/store'
import { testDatabase } from '@switchboard/test-postgres'
import t from 'tap'
import { hintsContract } from './events-fanout.ts'

hintsContract(t, {
  name: 'LISTEN and NOTIFY',
  start: async t => {
    const { url } = await testDatabase(t)
    const store = await openStore({ url, log: silentLog() })
    const opened: OpenHints[] = []
    t.teardown(async () => {
      for (const hints of opened) await hints.close()
      await store.close()
    })
    return {
      hints: () => {
        const hints = postgresHints({ url, log: silentLog() })
        opened.push(hints)
        return hints
      },
      cut: async () => {
        await store.read(
          tx => tx.sql`select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'switchboard hints' and datname = current_database()`,
        )
      },
    }
  },
})
