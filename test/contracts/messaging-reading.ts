import { VendorError, type MessagePage, type VendorFacts } from '@switchboard/core'
import type { FaultName } from '@switchboard/test-simulators/faults'
import { pagesOf, readAll, thrownBy, type Checks, type Stage } from './messaging-scene.ts'

/** What is read afterwards, for what no webhook told. */
export const reading: Checks = {
  'what happened is read oldest first, each event once': async (t, stage) => {
    if (!stage.hasChanges) return void t.equal(stage.messaging.changes, undefined)
    await chatter(stage, 45)
    const pages = await pagesOf(stage, null)
    const events = pages.flatMap(page => page.events)
    t.ok(pages.length > 3, 'in pages')
    t.ok(pages.every(page => page.events.length <= 20))
    t.ok(events.length >= 45)
    t.equal(new Set(idsIn(pages)).size, events.length)
    const times = events.map(event => event.at.getTime())
    t.strictSame(
      times,
      times.toSorted((one, other) => one - other),
    )
  },

  'a read goes on from any cursor without a miss': async (t, stage) => {
    if (!stage.hasChanges) return void t.pass('nothing to read')
    await chatter(stage, 45)
    const pages = await pagesOf(stage, null)
    const all = [...new Set(idsIn(pages))].sort()
    for (const [index, { cursor }] of pages.entries()) {
      const rest = await pagesOf(stage, cursor)
      t.strictSame([...new Set(idsIn([...pages.slice(0, index + 1), ...rest]))].sort(), all, `after page ${index}`)
    }
    const cursor = pages.at(-2)?.cursor ?? null
    t.strictSame(await pagesOf(stage, cursor), await pagesOf(stage, cursor), 'and gives the same when asked again')
  },

  'what happens while and after it reads is in this read or the next': async (t, stage) => {
    if (!stage.hasChanges) return void t.pass('nothing to read')
    await chatter(stage, 30)
    const late: string[] = []
    const read: MessagePage[] = []
    for await (const page of stage.messaging.changes?.(null) ?? []) {
      read.push(page)
      if (late.length < 3) late.push(stage.hearFrom(`Late ${late.length}.`).externalId)
      stage.wait(1000)
    }
    late.push(stage.hearFrom('Very late.').externalId)
    const next = await pagesOf(stage, lastOf(read))
    const messages = messageIdsIn([...read, ...next])
    for (const externalId of late) t.ok(messages.includes(externalId))
    stage.wait(1000)
    const quiet = await pagesOf(stage, lastOf([...read, ...next]))
    t.ok(idsIn(quiet).length < 30, 'an idle read does not begin anew')
  },

  'a vendor that stumbles is read all the same': async (t, stage) => {
    if (!stage.hasChanges) return void t.pass('nothing to read')
    await chatter(stage, 20)
    const before = await readAll(stage)
    for (const name of ['status429', 'status5xx', 'htmlError', 'truncatedJson', 'cut'] as const) {
      stage.faults.set({ retryAfterSeconds: 0 })
      stage.faults.force(name)
      t.strictSame(await readAll(stage), before, name)
    }
  },

  'a vendor that fails is a VendorError, and the read goes on where it was': async (t, stage) => {
    if (!stage.hasChanges) return void t.pass('nothing to read')
    await chatter(stage, 30)
    const all = idsIn(await pagesOf(stage, null))
    for (const [name, facts] of failures) {
      const read: MessagePage[] = []
      const error = await thrownBy(async () => {
        for await (const page of stage.messaging.changes?.(null) ?? []) {
          read.push(page)
          if (read.length === 1) stage.faults.set({ retryAfterSeconds: 30, [name]: 1 })
        }
      })
      stage.faults.clear()
      t.ok(error instanceof VendorError, name)
      t.match(error, facts, name)
      const rest = await pagesOf(stage, lastOf(read))
      t.strictSame([...new Set(idsIn([...read, ...rest]))].sort(), all.toSorted(), name)
    }
  },

  'the vendor is well, and its clock is known': async (t, { messaging, faults }) => {
    if (!messaging.health) return void t.pass('is not asked')
    const well = await messaging.health()
    t.ok(Math.abs(well.skewMs ?? 0) <= 1000)
    faults.set({ clockSkew: 1, skewMs: 600_000 })
    const skewed = await messaging.health()
    t.ok(skewed.skewMs === null || Math.abs(skewed.skewMs - 600_000) <= 1000)
    faults.set({ tokenExpired: 1 })
    await t.rejects(messaging.health(), VendorError)
  },

  'what is provided is what is said to be': async (t, { messaging, hasChanges, hasFind }) => {
    t.equal(messaging.changes !== undefined, hasChanges)
    t.equal(messaging.find !== undefined, hasFind)
  },
}

const failures: [FaultName, VendorFacts][] = [
  ['status429', { retryable: true, retryAfterMs: 30_000 }],
  ['status5xx', { retryable: true }],
  ['tokenExpired', { retryable: false }],
]

/** So many messages come in, some of them in the same moment. */
async function chatter({ hearFrom, wait }: Stage, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await hearFrom(`Message ${number}.`).delivered
    if (number % 3 === 0) wait(700)
  }
}

function idsIn(pages: readonly MessagePage[]): string[] {
  return pages.flatMap(page => page.events.map(event => event.eventId))
}

function messageIdsIn(pages: readonly MessagePage[]): string[] {
  const events = pages.flatMap(page => page.events)
  return events.flatMap(event => (event.type === 'message' ? [event.message.externalId] : []))
}

/** Where a read goes on that gave these pages. */
function lastOf(pages: readonly MessagePage[]): string | null {
  return pages.at(-1)?.cursor ?? null
}
