import { HubError, minute } from '@switchboard/core'
import { localApi } from './api.ts'
import { safe } from './box.ts'
import { relative } from './phrases.ts'
import { count } from './progress.ts'
import { sourceStates, type SourceState } from './source-state.ts'
import { table } from './table.ts'

/** How the sources of the hub that runs from a DATA_DIR are; why that is not known, when none runs or it does not tell. */
export async function readHealth(dataDir: string): Promise<{ sources: SourceState[] | null; because: string | null }> {
  try {
    const api = await localApi(dataDir)
    return { ...(await api.ask('GET', '/api/sources', sourceStates)), because: null }
  } catch (error) {
    if (error instanceof HubError) return { sources: null, because: error.message }
    throw error
  }
}

/** Whether somebody has to look at a source: it cannot be read, its webhooks are silent, or it has an alert. */
export function isAiling({ error, isSilent, alerts }: SourceState): boolean {
  return error !== null || isSilent || alerts.length > 0
}

/** The sources as a table, with what is wrong below. */
export function healthTable(sources: readonly SourceState[], now: Date): string {
  const rows = sources.map(source => [
    source.name,
    stateOf(source),
    source.lastSuccessAt ? relative(source.lastSuccessAt, now) : 'never',
    source.lagSeconds === null ? '' : `${count(source.lagSeconds)} s`,
    count(source.records),
    source.unreadable > 0 ? count(source.unreadable) : '',
    skewOf(source),
  ])
  const headings = ['source', 'state', 'last read', 'lag', 'records', 'unreadable', 'clock']
  return [table(headings, rows), ...sources.flatMap(troubles).map(trouble => `  ${trouble}`)].join('\n')
}

function stateOf({ error, isSilent, isReading, lastSuccessAt }: SourceState): string {
  if (error !== null) return 'failing'
  if (isSilent) return 'silent'
  if (isReading) return 'reading'
  return lastSuccessAt ? 'fine' : 'not read yet'
}

/** A minute is the age from which vendors' signatures begin to be doubted. */
function skewOf({ skewMs }: SourceState): string {
  if (skewMs === null) return ''
  if (Math.abs(skewMs) < minute) return 'right'
  return `${count(Math.round(Math.abs(skewMs) / 1000))} s ${skewMs > 0 ? 'ahead' : 'behind'}`
}

function troubles({ name, error, errorAt, isSilent, unannounced, alerts }: SourceState): string[] {
  const changes = unannounced === 1 ? 'change' : 'changes'
  return [
    ...(error === null ? [] : [`could not be read${errorAt ? ` at ${errorAt}` : ''}: ${error}`]),
    ...(isSilent ? [`sends no webhooks: reading found ${count(unannounced)} ${changes} that none announced`] : []),
    ...alerts.map(({ message, since }) => `${message} (since ${since})`),
  ].map(trouble => `${name}: ${safe(trouble)}`)
}
