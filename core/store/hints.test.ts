import t from 'tap'
import { silentLog } from '../hub/log.ts'
import { postgresHints } from './hints.ts'

t.test('while the database is away nothing is told, and closing does not wait for it', async t => {
  const hints = postgresHints({ url: 'postgres://127.0.0.1:1/none', log: silentLog() })
  await t.rejects(hints.tell('it'), { code: 'unavailable' })
  hints.hear(() => t.fail('nothing can be heard'))
  await new Promise(later => setTimeout(later, 20))
  t.notOk(hints.isLive())
  await hints.close()
})
