import { setTimeout as pause } from 'node:timers/promises'
import { defineAdapter, z, type Caller, type PersonKeys, type Record, type TelephonyPort } from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { identity } from '@switchboard/identity'
import { numbers } from '@switchboard/numbers'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'

const shared = '+61412345678'
const own = '+61491570156'

/** Two orders of one household: both have a phone in common, and Mia one of her own. */
const orders = [orderOf('1', { firstName: 'Mia', lastName: 'Quill', email: 'mia@example.com', phones: [shared, own] })]
orders.push(orderOf('2', { firstName: 'Tom', lastName: 'Quill', email: 'tom@example.com', phones: [shared] }))

function orderOf(externalId: string, { email, ...person }: Omit<Record['people'][number], 'role'>): Record {
  return {
    ...{ externalId, kind: 'order', version: 1, updatedAt: new Date('2026-11-01T00:00:00Z'), deletedAt: null },
    people: [{ role: 'primary', ...(email && { email }), ...person }],
    facts: { number: `#${externalId}`, placedAt: '2026-11-01T00:00:00Z', total: null, status: 'paid' },
  }
}

let delivered = 0

/** A shop that tells by webhook whom it wants forgotten. */
const shop = defineAdapter({
  ...{ name: 'shop', options: z.object({}), provides: ['source'] },
  create: () => ({
    source: {
      async *changes(cursor) {
        yield { records: cursor === null ? orders : [], unreadable: [], cursor: 'read' }
      },
      webhook: ({ body }) => [
        { redact: JSON.parse(body.toString()) as { people: PersonKeys; externalIds: string[] }, at: new Date() },
      ],
    },
    channels: { news: { port: 'source', verify: () => String((delivered += 1)) } },
  }),
})

const phone = defineAdapter({
  ...{ name: 'phone', options: z.object({}), provides: ['telephony'] },
  create: () => ({ telephony: { lines: async () => [] } as unknown as TelephonyPort }),
})

async function hubOn(t: Test, databaseUrl: string): Promise<RunningHub> {
  const never = { phoneNumberSync: null, twilioPhoneSync: null, blockedSync: null }
  const hub = await startHub({
    adapters: { shop: { use: shop }, phone: { use: phone } },
    plugins: {
      identity: { use: identity, options: { schedule: null } },
      numbers: { use: numbers, options: { cardMinutes: 1440, ...never } },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  return hub
}

/** The card as a ring shows it: from the cache, when it is there. */
function card(hub: RunningHub, number: string): Promise<Caller> {
  return hub.store.read(tx => hub.port('screenpop')!.card(tx, number))
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(50)
}

t.test('whom a source wants forgotten is on no card any more, on no hub, though cards were kept for a day', async t => {
  const { url } = await testDatabase(t)
  const hubs = [await hubOn(t, url), await hubOn(t, url)]
  await hubs[0]!.pull('shop')
  const all = (): Promise<Caller[]> => Promise.all(hubs.flatMap(hub => [shared, own].map(number => card(hub, number))))
  await until(
    async () => JSON.stringify(await all()).split('Mia').length > 4 && JSON.stringify(await all()).includes('Tom'),
  )
  t.match(await card(hubs[1]!, own), { displayName: 'Mia Quill', household: [{ displayName: 'Tom Quill' }] })

  const redaction = { people: { externalIds: [], emails: ['mia@example.com'], phones: [] }, externalIds: ['1'] }
  const answer = await fetch(`${hubs[0]!.url}/webhooks/shop/news`, { method: 'POST', body: JSON.stringify(redaction) })
  t.equal(answer.status, 200)
  await until(async () => !JSON.stringify(await all()).includes('Mia'))
  for (const hub of hubs) {
    t.match(await card(hub, own), { profileId: null, displayName: null })
    t.match(await card(hub, shared), { displayName: 'Tom Quill', household: [] })
  }
})
