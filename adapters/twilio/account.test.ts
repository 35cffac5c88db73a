import t from 'tap'
import { accountOf } from './account.ts'
import type { Rest } from './rest.ts'

t.test(
  'a redirect that was turned away has time for a whole other try; what may be done twice is asked for anew sooner',
  async t => {
    const limits: (number | undefined)[] = []
    const ask = (async (_path: string, _schema: unknown, request: { timeoutMs?: number }) =>
      void limits.push(request.timeoutMs)) as unknown as Rest['ask']
    const account = accountOf({ ask, all: () => Promise.resolve([]) } as unknown as Rest)
    await account.updateCall('CA1', { Status: 'completed' }, true)
    await account.updateCall('CA1', { Twiml: '<Response/>' }, false)
    t.strictSame(limits, [3_000, 6_000])
  },
)
