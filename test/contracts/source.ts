import type { Test } from 'tap'
import {
  VendorError,
  WebhookRejected,
  type Page,
  type Record,
  type SourcePort,
  type WebhookRequest,
} from '@switchboard/core'
import { worldOf } from '@switchboard/test-simulators/world'
import { receiver, type Receiver } from './receiver.ts'
import type { ReadingRig, SourceRig, SourceSetting } from './source-rig.ts'

export type { ReadingRig, SourceRig, SourceSetting } from './source-rig.ts'

/** What the suite is run on. A vendor without webhooks says so, and is only read. */
export type SourceSubject =
  | { name: string; hasWebhooks?: true; start(setting: SourceSetting): Promise<SourceRig> }
  | { name: string; hasWebhooks: false; start(setting: SourceSetting): Promise<ReadingRig> }

/** Every source passes this suite against its vendor's simulator. */
export function sourceContract(t: Test, subject: SourceSubject): void {
  for (const [behaviour, check] of reading)
    t.test(`${subject.name}: ${behaviour}`, async t => check(t, await stage(t, subject.name, subject.start)))
  if (subject.hasWebhooks === false) return
  for (const [behaviour, check] of delivering)
    t.test(`${subject.name}: ${behaviour}`, async t => check(t, await stage(t, subject.name, subject.start)))
}

type Check<Rig = SourceRig> = (t: Test, stage: Rig & Stage) => Promise<void>

/** What every rig is tried out with: somewhere for webhooks to arrive, and a clock that the test moves. */
export interface Stage {
  inbox: Receiver
  wait(ms: number): void
}

const reading: [string, Check<ReadingRig>][] = [
  [
    'reads every row once, the oldest change first',
    async (t, { source, externalIds, namesPairs = true }) => {
      const pages = await pagesOf(source, null)
      const records = pages.flatMap(page => page.records)
      t.strictSame(idsOf(records).sort(), externalIds().sort())
      t.ok(pages.length > 3, 'in pages')
      const times = records.map(record => record.updatedAt.getTime())
      t.strictSame(
        times,
        times.toSorted((one, other) => one - other),
      )
      t.equal(
        records.some(record => record.people.length > 1),
        namesPairs,
        'people of one row stay apart',
      )
    },
  ],
  [
    'goes on from any cursor without a miss, and gives the same when asked again',
    async (t, { source, externalIds }) => {
      const pages = await pagesOf(source, null)
      for (const [index, { cursor }] of pages.entries()) {
        const before = pages.slice(0, index + 1).flatMap(page => page.records)
        const rest = (await pagesOf(source, cursor)).flatMap(page => page.records)
        t.strictSame([...new Set(idsOf([...before, ...rest]))].sort(), externalIds().sort(), `after page ${index}`)
      }
      const cursor = pages.at(-2)?.cursor ?? null
      t.strictSame(await pagesOf(source, cursor), await pagesOf(source, cursor))
    },
  ],
  [
    'misses no row that changes while it reads',
    async (t, { source, change, wait, readsWindows = false }) => {
      const pages: Page[] = []
      let changed = ''
      for await (const page of source.changes(null)) {
        pages.push(page)
        wait(60_000)
        if (readsWindows || !changed) changed = change().externalId
      }
      if (readsWindows) pages.push(...(await pagesOf(source, pages.at(-1)?.cursor ?? null)))
      const seen = pages.flatMap(page => page.records).filter(record => record.externalId === changed)
      if (readsWindows) return void t.strictSame(sayingOf(seen.at(-1)), sayingOf(await source.read?.(changed)))
      t.equal(seen.length, 2, 'once as it was, once as it became')
      t.notSame(seen[0], seen[1])
    },
  ],
  [
    'keeps a row that cannot be read, with its error, and reads the others',
    async (t, { source, spoil, externalIds }) => {
      const spoiled = spoil()
      const pages = await pagesOf(source, null)
      const unreadable = pages.flatMap(page => page.unreadable)
      t.strictSame(
        unreadable.map(row => row.externalId),
        [spoiled],
      )
      t.ok(unreadable[0]?.error)
      t.ok(unreadable[0]?.row)
      const others = externalIds().filter(id => id !== spoiled)
      t.strictSame(idsOf(pages.flatMap(page => page.records)).sort(), others.sort())
    },
  ],
  [
    'reads a deleted row as deleted, where the vendor still tells of it',
    async (t, { source, remove, readsDeleted, wait }) => {
      const pages = await pagesOf(source, null)
      wait(60_000)
      const { externalId, delivered } = remove()
      await delivered
      const read = (await pagesOf(source, pages.at(-1)?.cursor ?? null)).flatMap(page => page.records)
      const deleted = read.find(record => record.externalId === externalId)?.deletedAt
      t.equal(Boolean(deleted), readsDeleted)
    },
  ],
  [
    'throws a VendorError when the vendor fails, after what it had read',
    async (t, { source, faults }) => {
      const read: Page[] = []
      const all = async (): Promise<void> => {
        for await (const page of source.changes(null)) {
          read.push(page)
          if (read.length === 2) faults.set({ tokenExpired: 1 })
        }
      }
      const error = await all().then(
        () => null,
        (thrown: unknown) => thrown,
      )
      t.ok(error instanceof VendorError)
      t.equal((error as VendorError).retryable, false, 'a refused token is not asked with again')
      t.equal(read.length, 2)
      faults.clear()
      t.ok((await pagesOf(source, read[1]?.cursor ?? null)).length > 0, 'and goes on where it was')
    },
  ],
  [
    'says that the vendor is well, and how far its clock is off',
    async (t, { source, faults }) => {
      if (!source.health) return void t.pass('is not asked')
      const well = await source.health()
      t.ok(Math.abs(well.skewMs ?? 0) <= 1000)
      faults.set({ clockSkew: 1, skewMs: 600_000 })
      const skewed = await source.health()
      t.ok(skewed.skewMs === null || Math.abs(skewed.skewMs - 600_000) <= 1000)
      faults.set({ tokenExpired: 1 })
      await t.rejects(source.health(), VendorError)
    },
  ],
]

const delivering: [string, Check][] = [
  [
    'gives by webhook the same record as by reading',
    async (t, { source, change, inbox, wait }) => {
      const cursor = (await pagesOf(source, null)).at(-1)?.cursor ?? null
      wait(60_000)
      const { externalId, delivered } = change()
      t.strictSame(await delivered, { attempts: 1, status: 200 })
      const [told] = recordsIn(source, inbox.requests[0])
      const read = (await pagesOf(source, cursor))
        .flatMap(page => page.records)
        .find(record => record.externalId === externalId)
      t.ok(read)
      t.strictSame(told, read)
    },
  ],
  [
    'believes only what the vendor signed',
    async (t, { channel, change, inbox, signsTime, wait }) => {
      await change().delivered
      const request = inbox.requests[0] as WebhookRequest
      t.ok(channel.verify(request))
      const forged = Buffer.from(request.body)
      forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1
      t.throws(() => channel.verify({ ...request, body: forged }), WebhookRejected, 'another body')
      const unsigned = Object.entries(request.headers).filter(([name]) => !/signature|hmac/.test(name))
      t.throws(
        () => channel.verify({ ...request, headers: Object.fromEntries(unsigned) }),
        WebhookRejected,
        'no signature',
      )
      t.throws(() => channel.verify({ ...request, headers: {} }), WebhookRejected, 'no headers at all')
      const empty = Object.entries(request.headers).map(([name, value]) => [
        name,
        /signature|hmac/.test(name) ? '' : value,
      ])
      t.throws(
        () => channel.verify({ ...request, headers: Object.fromEntries(empty) }),
        WebhookRejected,
        'an empty signature',
      )
      wait(6 * 60_000)
      if (signsTime) t.throws(() => channel.verify(request), WebhookRejected, 'six minutes old')
      else t.ok(channel.verify(request), 'the vendor signs no time, and retries for hours')
    },
  ],
  [
    'knows a repeated delivery by its id',
    async (t, { channel, change, inbox, wait }) => {
      inbox.answerWith(500, 503)
      await change().delivered
      wait(1000)
      await change().delivered
      const ids = inbox.requests.map(request => channel.verify(request))
      t.equal(ids.length, 4)
      t.equal(new Set(ids.slice(0, 3)).size, 1, 'three attempts at one')
      t.not(ids[3], ids[0], 'and another')
    },
  ],
  [
    'tells which of two deliveries is newer',
    async (t, { source, change, inbox, wait }) => {
      await change().delivered
      wait(60_000)
      await change().delivered
      const [older, newer] = inbox.requests.map(request => recordsIn(source, request)[0])
      t.equal(older?.externalId, newer?.externalId)
      t.ok(older && newer && older.updatedAt < newer.updatedAt)
      t.ok((older?.version ?? 0) < (newer?.version ?? 1))
    },
  ],
  [
    'tells of a deleted row when it was deleted',
    async (t, { source, remove, inbox, wait }) => {
      const pages = await pagesOf(source, null)
      wait(60_000)
      const { externalId, delivered } = remove()
      await delivered
      const [told] = recordsIn(source, inbox.requests[0])
      t.equal(told?.externalId, externalId)
      t.ok(told?.deletedAt)
      const known = pages.flatMap(page => page.records).find(record => record.externalId === externalId)
      t.ok(known && told && told.updatedAt > known.updatedAt, 'newer than what was known')
    },
  ],
  [
    'tolerates deliveries of kinds it does not know, and refuses broken ones by name',
    async (t, { source, channel, sendUnknown, change, inbox }) => {
      await sendUnknown()
      await change().delivered
      const [unknown, known] = inbox.requests as [WebhookRequest, WebhookRequest]
      t.ok(channel.verify(unknown))
      t.strictSame(source.webhook?.(unknown), [])
      t.throws(() => source.webhook?.({ ...known, body: Buffer.from('{"id":') }), { code: 'bad_body' })
      t.throws(() => source.webhook?.({ ...known, body: Buffer.from('{}') }), { code: 'bad_body' })
    },
  ],
]

/** Starts a rig of its own for one check. */
export async function stage<Rig extends ReadingRig>(
  t: Test,
  name: string,
  start: (setting: SourceSetting) => Promise<Rig>,
): Promise<Rig & Stage> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 11, now: now(), people: 120 })
  const rig = await start({ publicUrl: inbox.publicUrl, adapter: name, world, seed: 11, now })
  t.teardown(() => rig.close())
  return { ...rig, inbox, wait: ms => void (at += ms) }
}

/** All pages of a read. */
export async function pagesOf(source: SourcePort, cursor: string | null): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of source.changes(cursor)) pages.push(page)
  return pages
}

/** What a record says, whenever it was asked for. */
function sayingOf(record: Record | null | undefined): object {
  return { ...record, updatedAt: null }
}

function idsOf(records: Record[]): string[] {
  return records.map(record => record.externalId)
}

function recordsIn(source: SourcePort, request: WebhookRequest | undefined): Record[] {
  return ((request && source.webhook?.(request)) ?? []).filter(item => 'externalId' in item)
}
