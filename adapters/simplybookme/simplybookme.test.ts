import { test } from 'tap'
import { hintContract, type HintRig } from '@switchboard/test-contracts/source-hints'
import { sourceContract, type SourceSetting } from '@switchboard/test-contracts/source'
import { simplybookmeSimulator } from '@switchboard/test-simulators/simplybookme'
import { simplybookme } from './simplybookme.ts'
import { adapterOf, demo, kitOf, pagesOf } from './testing.ts'

for (const api of ['rest', 'rpc'] as const) {
  const start = startWith(api)
  test(`simplybookme by ${api} keeps the contract of a source`, async t => {
    sourceContract(t, { name: 'sbm', hasWebhooks: false, start })
    hintContract(t, { name: 'sbm', start })
  })
}

test('both APIs tell the same of a booking, but for the place, which only one knows', async t => {
  const { vendor, source, kit } = await demo(t)
  const rpc = adapterOf(vendor, kit, { api: 'rpc' }).source
  const [byRest, byRpc] = [await pagesOf(source, null), await pagesOf(rpc, null)]
  const plain = (pages: typeof byRest): unknown[] =>
    pages
      .flatMap(page => page.records)
      .map(record => ({ ...record, facts: { ...record.facts, location: null } }))
      .sort((one, other) => (one.externalId < other.externalId ? -1 : 1))
  t.strictSame(plain(byRpc), plain(byRest))
  t.ok(byRest[0]?.records.every(({ facts }) => Reflect.get(facts, 'location') === 'Marrickville'))
})

test('every wrong setting is named', t => {
  const wrong = { company: 'a b', userLogin: '', userPassword: '', timeZone: 'Sydney', callbackSecret: 'short/secret' }
  const read = simplybookme.options.safeParse({ ...wrong, pageSize: 101, api: 'soap', window: { daysBack: 99 } })
  const fields = ['api', 'callbackSecret', 'company', 'pageSize', 'timeZone', 'userLogin', 'userPassword', 'window']
  t.strictSame(read.error?.issues.map(issue => issue.path[0]).sort(), fields)
  t.end()
})

test('by default it is polite, and asks only the two hosts of the vendor', t => {
  const options = simplybookme.options.parse({ ...simplybookmeSimulator.options, perSecond: undefined })
  const hosts = ['user-api-v2.simplybook.me', 'user-api.simplybook.me']
  t.strictSame(simplybookme.http?.(options), { hosts, perSecond: 2, concurrency: 1 })
  t.match(options, {
    window: { daysBack: 1, daysAhead: 60 },
    fullWindow: { daysBack: 730, daysAhead: 365 },
    pageSize: 100,
  })
  t.end()
})

function startWith(api: 'rest' | 'rpc') {
  return async (setting: SourceSetting): Promise<HintRig> => {
    const vendor = await simplybookmeSimulator.start(setting)
    // Each change differs from the one before.
    let changes = 0
    const [soon = ''] = vendor
      .bookings()
      .filter(({ start }) => start >= '2026-11-21')
      .map(({ id }) => id)
    return {
      ...adapterOf(vendor, kitOf(vendor, setting.now, setting.publicUrl), { api }),
      faults: vendor.faults,
      readsDeleted: false,
      namesPairs: false,
      readsWindows: true,
      externalIds: () => vendor.bookings().map(({ id }) => id),
      change() {
        const { delivered } = vendor.change(soon, { startsAt: `2026-12-01 10:${10 + ++changes}:00` })
        return { externalId: soon, delivered }
      },
      remove: () => ({ externalId: soon, delivered: vendor.remove(soon).delivered }),
      spoil() {
        vendor.spoil(soon)
        return soon
      },
      remind: () => vendor.send('notify', soon),
      close: vendor.close,
    }
  }
}
