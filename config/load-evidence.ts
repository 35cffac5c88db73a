import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf, OptionError, type Evidence } from '@switchboard/core'

/**
 * The evidence of plugins: the export `evidence` of a module, which a plugin names by its address.
 * @param plugins names of ours, such as match-address, or paths of modules
 * @throws OptionError with every one that has none
 */
export async function loadEvidence(plugins: readonly string[]): Promise<Evidence[]> {
  const found = await Promise.allSettled(plugins.map(evidenceOf))
  const issues = found.flatMap(one =>
    one.status === 'rejected' ? [{ path: '--with', message: messageOf(one.reason) }] : [],
  )
  if (issues.length > 0) throw new OptionError(issues)
  return found.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
}

async function evidenceOf(plugin: string): Promise<Evidence> {
  const address = existsSync(plugin) ? pathToFileURL(resolve(plugin)).href : `@switchboard/${plugin}`
  const exported = (await import(address)) as { evidence?: Evidence; [name: string]: unknown }
  if (exported.evidence) return exported.evidence
  const named = Object.values(exported).find(isNaming)
  if (!named) throw new Error(`${plugin} adds no evidence`)
  return ((await import(named.evidence)) as { evidence: Evidence }).evidence
}

/** A plugin that names the address of its evidence. */
function isNaming(value: unknown): value is { evidence: string } {
  return typeof value === 'object' && value !== null && 'evidence' in value && typeof value.evidence === 'string'
}
