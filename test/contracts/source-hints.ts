import type { Test } from 'tap'
import { WebhookRejected, type Channel, type Page, type WebhookRequest } from '@switchboard/core'
import type { Delivered } from '@switchboard/test-simulators/deliver'
import { pagesOf, stage, type ReadingRig, type SourceSetting, type Stage } from './source.ts'

/** A source whose vendor signs nothing: a delivery only says which row to read. */
export interface HintRig extends ReadingRig {
  channel: Channel
  /** Sends a webhook about a row, of a kind that changes nothing. */
  remind(): Promise<Delivered>
}

/** What the suite is run on. */
export interface HintSubject {
  name: string
  start(setting: SourceSetting): Promise<HintRig>
}

/** A source that is told by hints, and reads windows, passes this suite besides the reading part of `sourceContract`. */
export function hintContract(t: Test, { name, start }: HintSubject): void {
  for (const [behaviour, check] of checks)
    t.test(`${name}: ${behaviour}`, async t => check(t, await stage(t, name, start)))
}

const checks: [string, (t: Test, stage: HintRig & Stage) => Promise<void>][] = [
  [
    'a delivery says which row to read and nothing else; read, it is the record that a read gives',
    async (t, { source, change, inbox, wait }) => {
      const cursor = (await pagesOf(source, null)).at(-1)?.cursor ?? null
      wait(60_000)
      const { externalId, delivered } = change()
      t.strictSame(await delivered, { attempts: 1, status: 200 })
      t.strictSame(source.webhook?.(inbox.requests[0] as WebhookRequest), [{ hint: externalId }])
      const records = (await pagesOf(source, cursor)).flatMap(page => page.records)
      const read = records.find(record => record.externalId === externalId)
      t.ok(read)
      t.strictSame(await source.read?.(externalId), read)
    },
  ],
  [
    'a row read again after a change is newer, whatever the order of deliveries',
    async (t, { source, change, wait }) => {
      const { externalId, delivered } = change()
      await delivered
      const older = await source.read?.(externalId)
      wait(1000)
      await change().delivered
      const newer = await source.read?.(externalId)
      t.ok(older && newer && newer.updatedAt > older.updatedAt)
      t.ok(older?.isObserved && newer?.isObserved, 'the times are ours')
      t.notSame(older?.facts, newer?.facts)
    },
  ],
  [
    'takes no delivery about another account, and nothing that is no delivery',
    async (t, { channel, change, inbox, faults }) => {
      faults.force('forged')
      await change().delivered
      const [forged, known] = inbox.requests as [WebhookRequest, WebhookRequest]
      t.throws(() => channel.verify(forged), WebhookRejected)
      t.ok(channel.verify(known))
      for (const body of ['', '{"id":', '[]', '{}'])
        t.throws(() => channel.verify({ ...known, body: Buffer.from(body) }), WebhookRejected, body)
    },
  ],
  [
    'knows a repeated delivery for a minute',
    async (t, { channel, change, inbox, faults, wait }) => {
      faults.force('duplicate')
      await change().delivered
      wait(60_000)
      await change().delivered
      const ids = inbox.requests.map(request => channel.verify(request))
      t.equal(ids.length, 3)
      t.equal(ids[0], ids[1])
      t.not(ids[2], ids[1], 'a later one may be about another change')
    },
  ],
  [
    'lists a whole window with the last page of each read, and a row that vanished is not in it',
    async (t, { source, remove, wait }) => {
      const first = await pagesOf(source, null)
      wait(60_000)
      const { externalId, delivered } = remove()
      await delivered
      const second = await pagesOf(source, first.at(-1)?.cursor ?? null)
      for (const pages of [first, second]) {
        t.strictSame(pages.filter(page => page.whole).length, 1)
        t.strictSame(unlisted(pages), [], 'every row of the window that was read is listed')
      }
      t.ok(first.at(-1)?.whole?.externalIds.includes(externalId))
      t.notOk(second.at(-1)?.whole?.externalIds.includes(externalId))
      t.equal(await source.read?.(externalId), null)
    },
  ],
  [
    'a reminder changes nothing; a broken delivery is refused by name',
    async (t, { source, channel, remind, inbox }) => {
      await remind()
      const [request] = inbox.requests as [WebhookRequest]
      t.ok(channel.verify(request))
      t.strictSame(source.webhook?.(request), [])
      for (const body of ['{"id":', '{}'])
        t.throws(() => source.webhook?.({ ...request, body: Buffer.from(body) }), { code: 'bad_body' })
    },
  ],
]

function unlisted(pages: Page[]): string[] {
  const { from, to, externalIds } = pages.at(-1)?.whole ?? { from: new Date(), to: new Date(), externalIds: [] }
  const listed = new Set(externalIds)
  const isIn = (startsAt: unknown): boolean =>
    typeof startsAt === 'string' && from <= new Date(startsAt) && new Date(startsAt) < to
  const records = pages.flatMap(page => page.records)
  return records
    .filter(({ facts, externalId }) => isIn(Reflect.get(facts, 'startsAt')) && !listed.has(externalId))
    .map(({ externalId }) => externalId)
}
