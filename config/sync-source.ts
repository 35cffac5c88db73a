import { setTimeout as pause } from 'node:timers/promises'
import { HubError } from '@switchboard/core'
import type { Api } from './api.ts'
import { sourceState, sourceStates, type SourceState } from './source-state.ts'

/** What is to be read, and who looks on. */
export interface SyncWish {
  name: string
  /** Everything, or from this RFC 3339 time on. Default: on from where it was read. */
  from?: string | undefined
  /** Leaves the hub to it. */
  signal: AbortSignal
  show(state: SourceState): void
}

/**
 * Has the running hub read a source, and looks on until that is over.
 * @returns how the source is then; null when the signal came first
 * @throws HubError not_found, with the sources there are; unavailable when the hub refused or went away
 */
export async function syncSource(api: Api, wish: SyncWish): Promise<SourceState | null> {
  const before = await known(api, wish.name)
  const path = pathOf(wish.name)
  for (let state = await begun(api, before, wish); ; state = await api.ask('GET', path, sourceState)) {
    if (wish.signal.aborted) return null
    if (isOver(state, before)) return state
    wish.show(state)
    await pause(lookEveryMs, undefined, { signal: wish.signal }).catch(() => undefined)
  }
}

const lookEveryMs = 250

function pathOf(name: string): string {
  return `/api/sources/${encodeURIComponent(name)}`
}

async function known(api: Api, name: string): Promise<SourceState> {
  const { sources } = await api.ask('GET', '/api/sources', sourceStates)
  const found = sources.find(source => source.name === name)
  if (found) return found
  const names = sources.map(source => source.name).join(', ')
  throw new HubError(
    'not_found',
    `there is no source "${name}"; ${names ? `there are ${names}` : 'none is switched on'}`,
  )
}

/** What is being read already is read on for us too; a vendor that failed at once is told by the state. */
async function begun(api: Api, before: SourceState, { name, from }: SyncWish): Promise<SourceState> {
  try {
    return await api.ask('POST', `${pathOf(name)}/sync`, sourceState, from ? { from } : {})
  } catch (refusal) {
    const state = await api.ask('GET', pathOf(name), sourceState)
    const isReadAnyway = from === undefined && state.isReading
    if (isReadAnyway || state.errorAt !== before.errorAt) return state
    throw refusal
  }
}

/** What was being read before we asked is over when nobody reads it any more. */
function isOver(state: SourceState, before: SourceState): boolean {
  return !state.isReading && (before.isReading || state.lastStartedAt !== before.lastStartedAt)
}
