import type { Evidence, Log } from '@switchboard/core'
import type { IdentityOptions } from '../settings.ts'
import type { Scope } from '../record-store.ts'

/** What to rebuild, and how. */
export interface RebuildSettings {
  url: string
  options: IdentityOptions
  evidence: readonly Evidence[]
  /** `anew` learns first what every detail is worth. */
  scope: Scope
  at: Date
  log: Log
  signal?: AbortSignal
  /** Fewer records than this are read in one thread; 50,000 unless told otherwise. */
  aloneBelow?: number
  /** So many candidates are written at once, about: 10,000 unless told otherwise, and 2,000 where nobody was stored before. */
  batchSize?: number
  /** Told before each stage; what it throws ends the rebuild there. */
  onStage?(stage: string): void | Promise<void>
}
