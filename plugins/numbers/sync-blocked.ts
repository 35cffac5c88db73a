import { readFile } from 'node:fs/promises'
import { messageOf, VendorError, type Hub, type Job } from '@switchboard/core'
import { forget, replaceList } from './block-store.ts'
import { readList, type ListSettings } from './read-list.ts'

/** A list of numbers nobody wants to hear from: a file or an address. */
export interface SpamList {
  file?: string | undefined
  url?: string | undefined
  reason: string
  /** How long a number stays after it was last seen on the list. */
  days: number | null
}

/** The alert that a list could not be read. */
const alertKey = (list: string): string => `list:${list}`

/** Makes the lists what their files and addresses say now. One that cannot be read stays as it was, and somebody is told. */
export function blockedSync(
  hub: Pick<Hub, 'store' | 'http' | 'log' | 'now' | 'wanted'>,
  lists: Readonly<Record<string, SpamList>>,
  settings: { region: ListSettings['region']; schedule: string | null },
): Job {
  return {
    name: 'BlockedSync',
    schedule: settings.schedule,
    handle: async () => {
      const counts = { added: 0, gone: 0, unreadable: 0, failed: 0 }
      for (const [name, list] of Object.entries(lists)) {
        const done = await syncOne(hub, name, list, settings.region).catch((error: unknown) =>
          tellFailed(hub, name, error),
        )
        counts.added += done?.added ?? 0
        counts.gone += done?.gone ?? 0
        counts.unreadable += done?.unreadable ?? 0
        counts.failed += done ? 0 : 1
      }
      const gone = await hub.store.transact(tx => forget(tx, Object.keys(lists), hub.now()))
      return { ...counts, gone: counts.gone + gone }
    },
  }
}

async function syncOne(
  { store, http, log, now, wanted }: Pick<Hub, 'store' | 'http' | 'log' | 'now' | 'wanted'>,
  name: string,
  { file, url, reason, days }: SpamList,
  region: ListSettings['region'],
): Promise<{ added: number; gone: number; unreadable: number }> {
  const text = file === undefined ? await fetched(http, url ?? '') : await readFile(file, 'utf8')
  const { rows, bad } = readList(text, { region, reason, days, now: now() })
  for (const { line, text } of bad.slice(0, 20))
    log.warn({ list: name, line, text }, 'a line of a list is no phone number')
  // An empty answer of a list that was full is a list that broke, as a rule.
  if (rows.length === 0) throw new Error(`it has no phone number in it (${bad.length} lines cannot be read)`)
  const done = await store.transact(async tx => {
    await wanted('alerts')?.clear(tx, { part: 'numbers', key: alertKey(name) })
    return replaceList(tx, name, rows, now())
  })
  return { ...done, unreadable: bad.length }
}

async function fetched(http: Hub['http'], url: string): Promise<string> {
  const answer = await http.send({ url, timeoutMs: 60_000 })
  if (answer.status !== 200)
    throw new VendorError(`the list was answered ${answer.status}`, { vendorStatus: answer.status })
  return answer.body
}

async function tellFailed(
  { store, log, wanted }: Pick<Hub, 'store' | 'log' | 'wanted'>,
  name: string,
  error: unknown,
): Promise<void> {
  const message = `the list ${name} could not be read and stays as it was: ${messageOf(error)}; see plugins.numbers.lists.${name}`
  log.error({ list: name, error: messageOf(error) }, 'a list could not be read')
  await store.transact(async tx => wanted('alerts')?.raise(tx, { part: 'numbers', key: alertKey(name), message }))
}
