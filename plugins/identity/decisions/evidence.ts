import type { Evidence } from '@switchboard/core'
import { loadEvidence } from '../load-evidence.ts'

/** Gives what plugins add to how people are told apart; loaded when it is first asked for. */
export type EvidenceLoader = () => Promise<readonly Evidence[]>

/** Loads the evidence of the modules at these addresses, in their order. */
export function evidenceLoader(addresses: readonly string[]): EvidenceLoader {
  let loading: Promise<Evidence[]> | null = null
  return () => (loading ??= loadEvidence(addresses))
}
