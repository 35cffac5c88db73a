import {
  HubError,
  messageOf,
  OptionError,
  VendorError,
  type Log,
  type Page,
  type Record,
  type SourceHealth,
  type SourcePort,
} from '@switchboard/core'
import { planParts, type Parts } from '@switchboard/core/hub'
import { makeKit, nobody } from '@switchboard/core/kit'
import type { Environment } from '../env.ts'
import type { Catalogue } from '../parts.ts'
import { readConfig, type HubConfig } from '../read-config.ts'
import { startSimulators, withSimulated } from '../simulators.ts'
import { memoryVault } from './memory-vault.ts'
import { recording } from './recording.ts'

/** One page of a source, read without keeping it. */
export interface DryRun {
  /** The entry in hub.yaml. */
  adapter: string
  /** The part it uses. */
  part: string
  isSimulated: boolean
  records: Record[]
  unreadable: Page['unreadable']
  /** Where the next read would go on; null when the vendor has no rows at all. */
  cursor: string | null
  /** How many rows a whole read would give, where the vendor tells. */
  total: number | null
  /** Null when the adapter cannot be asked. */
  health: SourceHealth | { error: string } | null
  /** The JSON the vendor answered while the page was read. */
  answers: unknown[]
}

/** What is to be read. */
export interface DryRunSettings {
  environment: Environment
  catalogue: Catalogue
  /** The entry in hub.yaml. */
  adapter: string
  log: Log
}

/**
 * Makes one adapter alone, as hub.yaml has it, and reads one page of its source from the beginning. Stores nothing and opens no database.
 * @throws OptionError when the entry is missing or wrong; VendorError with what to do about it
 */
export async function dryRun({ environment, catalogue, adapter, log }: DryRunSettings): Promise<DryRun> {
  const { settings, lookup } = environment
  const config = readConfig(settings.HUB_CONFIG, catalogue, lookup)
  const parts = partsOf(config, adapter, settings.HUB_CONFIG)
  const vendor = config.simulated.get(adapter)
  const publicUrl = settings.PUBLIC_URL?.replace(/\/$/, '') ?? `http://localhost:${settings.PORT}`
  const making = { parts, unset: config.unset, adapter, log, publicUrl }
  if (vendor === undefined) return { ...(await readPage(making)), isSimulated: false }
  const simulated = new Map([[adapter, vendor]])
  const vendors = await startSimulators({ parts: withSimulated(parts, simulated), simulated, publicUrl, log })
  try {
    if (!vendors.running.has(adapter))
      throw wrong(adapter, `there is no simulated ${vendor}: set \`simulate: false\` and its credentials`)
    return { ...(await readPage({ ...making, parts: vendors.parts })), isSimulated: true }
  } finally {
    await vendors.close()
  }
}

/** hub.yaml's parts, as if there were only this one, and as if it were on. */
function partsOf({ parts, issues }: HubConfig, adapter: string, path: string): Parts {
  const own = issues.filter(issue => issue.path === `adapters.${adapter}`)
  if (own.length > 0) throw new OptionError(own)
  const entry = parts.adapters[adapter]
  if (!entry) {
    const sources = Object.entries(parts.adapters).filter(([, { use }]) => use.provides.includes('source'))
    throw wrong(adapter, `is not in ${path}; its sources are ${sources.map(([name]) => name).join(', ') || 'none yet'}`)
  }
  if (!entry.use.provides.includes('source'))
    throw wrong(
      adapter,
      `is no source: it provides ${entry.use.provides.join(', ')}, and only a source has rows to read`,
    )
  return { adapters: { [adapter]: { ...entry, on: true } }, plugins: {} }
}

function wrong(adapter: string, message: string): OptionError {
  return new OptionError([{ path: `adapters.${adapter}`, message }])
}

interface Making {
  parts: Parts
  unset: HubConfig['unset']
  adapter: string
  publicUrl: string
  log: Log
}

async function readPage({ parts, unset, adapter, publicUrl, log }: Making): Promise<Omit<DryRun, 'isSimulated'>> {
  const { adapters, issues } = planParts(parts, unset)
  const [planned] = adapters
  if (issues.length > 0 || !planned) throw new OptionError(issues)
  const { use, options } = planned
  const { signal } = new AbortController()
  const kit = makeKit(adapter, { log, now: () => new Date(), signal }, use.http?.(options) ?? nobody)
  const { http, answers } = recording(kit.http)
  const own = { name: adapter, publicUrl, databaseUrl: '', vault: memoryVault(), http }
  const made = use.create(options, { ...kit, ...own })
  try {
    if (!made.source) throw wrong(adapter, 'gives no source with these options')
    const page = await firstPage(adapter, made.source)
    const told = [...answers]
    const { records, unreadable, cursor, total = null } = page ?? nothing
    return {
      adapter,
      part: use.name,
      records,
      unreadable,
      cursor,
      total,
      answers: told,
      health: await healthOf(made.source),
    }
  } finally {
    await made.close?.()
  }
}

/** A vendor without rows. */
const nothing: Pick<DryRun, 'records' | 'unreadable' | 'cursor' | 'total'> = {
  records: [],
  unreadable: [],
  cursor: null,
  total: null,
}

/** So many empty pages are passed over, for vendors that are read by windows of time. */
const mostEmpty = 50

async function firstPage(adapter: string, source: SourcePort): Promise<Page | null> {
  let last: Page | null = null
  let pages = 0
  try {
    for await (const page of source.changes(null)) {
      last = page
      pages += 1
      if (page.records.length + page.unreadable.length > 0 || pages >= mostEmpty) break
    }
    return last
  } catch (error) {
    throw error instanceof VendorError ? new HubError(error.code, withAdvice(adapter, error), { cause: error }) : error
  }
}

async function healthOf(source: SourcePort): Promise<DryRun['health']> {
  try {
    return (await source.health?.()) ?? null
  } catch (error) {
    return { error: messageOf(error) }
  }
}

/** The error, and what it asks of the person who set the adapter up. */
function withAdvice(adapter: string, { message, issues, vendorStatus: status, retryAfterMs }: VendorError): string {
  const entry = `adapters.${adapter} in hub.yaml`
  if (status === 401 || status === 403) return `${message}\nCheck the credentials of ${entry}, and what they may read.`
  if (status === 404) return `${message}\nCheck the address of ${entry}, and the path the adapter asks for.`
  if (retryAfterMs !== undefined)
    return `${message}\nThe vendor is busy: try again in ${Math.ceil(retryAfterMs / 1000)} seconds.`
  if (issues.length > 0)
    return `${message}\nThe answer is not what the adapter reads: compare its schema with what the vendor says.`
  if (status !== undefined) return message
  return `${message}\nCheck the address of ${entry}, that it can be reached from here, and the hosts the adapter names in \`http\`.`
}
