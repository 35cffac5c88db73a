import { attach } from './attach.ts'
import { clean } from './clean.ts'
import { gather } from './gather.ts'
import { generic } from './generic.ts'
import { ingest } from './ingest.ts'
import { matched } from './match.ts'
import { nets } from './nets.ts'
import { profiles } from './profiles.ts'
import { relate } from './relate.ts'
import { rematch } from './rematch.ts'
import { remember } from './remember.ts'
import type { Step, Tools } from './step.ts'
import type { Made } from './made.ts'

/** Every step there is, in the usual order. */
export const steps = [
  ingest,
  clean,
  gather,
  matched,
  generic,
  profiles,
  attach,
  rematch,
  relate,
  remember,
  nets,
] as const satisfies readonly Step[]

/** The names by which configuration chooses steps. */
export const stepNames = steps.map(({ name }) => name)

/** What is written at the end: a list of steps that leaves one of these out would leave the tables half right. */
const results = [
  'before',
  'candidates',
  'generic',
  'drafts',
  'placement',
  'parked',
  'relations',
  'refusals',
  'swept',
] as const satisfies (keyof Made)[]

/** What is wrong with a list of step names: unknown ones, steps that come before what they need, results that nobody makes. */
export function mistakesIn(names: readonly string[]): string[] {
  const made = new Set<keyof Made>(['rows'])
  const misplaced = names.flatMap(name => {
    const step = steps.find(step => step.name === name)
    if (!step) return [`there is no step "${name}"; there are ${stepNames.join(', ')}`]
    const lacking = step.needs.filter(need => !made.has(need))
    for (const result of step.makes) made.add(result)
    return lacking.map(need => `"${name}" needs ${need}, which no step before it makes`)
  })
  const missing = results.filter(result => !made.has(result)).map(result => `no step makes ${result}`)
  return [...misplaced, ...missing]
}

/**
 * Runs the named steps, each on what those before it made.
 * @throws what a step throws, and the reason of `signal` when it is aborted between two steps
 */
export async function runSteps(
  names: readonly string[],
  rows: Made['rows'],
  tools: Tools,
  signal?: AbortSignal,
): Promise<Made> {
  return runOn({ rows } as Made, names, tools, signal)
}

/** Runs the named steps on what was made by others before. */
export async function runOn(begun: Made, names: readonly string[], tools: Tools, signal?: AbortSignal): Promise<Made> {
  let made = begun
  for (const name of names) {
    signal?.throwIfAborted()
    made = { ...made, ...(await steps.find(step => step.name === name)!.run(made, tools)) }
  }
  return made
}
