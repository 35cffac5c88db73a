import { Command, Option } from 'commander'
import { second } from '@switchboard/core'
import { localApi, type Api } from '../api.ts'
import { safe } from '../box.ts'
import { readEnvironment } from '../env.ts'
import { count, openProgress } from '../progress.ts'
import { sinceOf } from '../since.ts'
import type { SourceState } from '../source-state.ts'
import { syncSource, type SyncWish } from '../sync-source.ts'

interface SyncOptions {
  full?: boolean
  since?: string
  json?: boolean
}

/** `hub sync`: the running hub reads a source now, and this shows how far it is. */
export function syncCommand(): Command {
  return new Command('sync')
    .description('read a source now, and show how far it is')
    .argument('<source>', 'its name in hub.yaml, such as shopify')
    .option('--full', 'everything, from the beginning (default: what changed since the last time)')
    .addOption(
      new Option('--since <time>', 'what changed since 2026-11-20, an RFC 3339 time, or "3 days" ago').conflicts(
        'full',
      ),
    )
    .option('--json', 'print how the source is afterwards as JSON, and no progress')
    .action(sync)
}

async function sync(name: string, { full, since, json }: SyncOptions): Promise<void> {
  const from = full ? 'full' : since === undefined ? undefined : sinceOf(since, new Date()).toISOString()
  const { settings, isPlain } = readEnvironment()
  const api = await localApi(settings.DATA_DIR)
  const after = await watched(api, { name, from }, { isPlain, isSilent: json === true })
  if (after && json) console.log(JSON.stringify(after, null, 2))
  else if (after?.error === null) console.log(summary(after))
  if (!after) leave(name)
  else if (after.error !== null) fail(after)
}

/** Shows the reading on standard error until it is over or somebody presses Ctrl-C: then null. */
async function watched(
  api: Api,
  { name, from }: Pick<SyncWish, 'name' | 'from'>,
  { isPlain, isSilent }: { isPlain: boolean; isSilent: boolean },
): Promise<SourceState | null> {
  const leaving = new AbortController()
  const onSignal = (): void => leaving.abort()
  process.once('SIGINT', onSignal)
  const bar = isSilent ? null : openProgress(name, process.stderr, isPlain)
  const show = ({ progress }: SourceState): void =>
    bar?.show(progress && { ...progress, startedAt: new Date(progress.startedAt) })
  try {
    return await syncSource(api, { name, from, signal: leaving.signal, show })
  } finally {
    bar?.close()
    process.off('SIGINT', onSignal)
  }
}

function summary({ name, lastResult }: SourceState): string {
  if (!lastResult) return `${name}: done`
  const { pages, rows, changed, unreadable, tookMs } = lastResult
  const read = `${count(rows)} ${rows === 1 ? 'row' : 'rows'} in ${count(pages)} ${pages === 1 ? 'page' : 'pages'}`
  return `${name}: ${read}, ${count(changed)} changed, ${count(unreadable)} unreadable, ${(tookMs / second).toFixed(1)} s`
}

function fail({ name, error }: SourceState): void {
  const said = safe(error ?? '')
  // Vendors' errors begin with the name already.
  console.error(said.startsWith(`${name}:`) ? said : `${name}: ${said}`)
  console.error('What was read is kept: the next time it goes on at the page where it stopped.')
  process.exitCode = 1
}

/** 128 and the number of SIGINT, as shells have it. */
const interrupted = 130

function leave(name: string): void {
  console.error(`The hub goes on reading ${name}; see how it does with: npm run hub -- check`)
  process.exitCode = interrupted
}
