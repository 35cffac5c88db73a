import type { BlockSpec, Comparator, Constraint, Evidence, EvidenceStep, Table } from '@switchboard/core'
import { comparators, hidden, type CompileHidden } from './compare/comparators.ts'
import { sharesOf, type Model, type ModelComparison } from './model.ts'

/** A comparison, ready to be compiled. */
export interface Comparison {
  name: string
  fields: readonly string[]
  comparator: Comparator
  levels: readonly string[]
  /** Shares by level, before anything was learned. */
  m: readonly number[]
  u: readonly number[]
  /** Fixed bits by level, or null where they are learned. */
  bits: readonly number[] | null
  isWeighedByRarity: boolean
  isShared: boolean
  /** Whether it only tells one person from two of a household: its m / h are the odds as they are, whatever else the two share. */
  isOfHousehold: boolean
  /** Where it speaks of rows without a first name: how it is learned from rows with one. */
  hidden: CompileHidden | null
}

/** A model and what plugins add to it, every name looked up. */
export interface Joined {
  model: Model
  comparisons: readonly Comparison[]
  blocks: readonly BlockSpec[]
  constraints: readonly Constraint[]
  steps: readonly EvidenceStep[]
  /** Fields whose value alone makes rows be compared: emails, phones, ids. */
  keys: ReadonlySet<string>
  /** Which comparison and level keeps two rows apart. */
  vetoes: readonly Place[]
  /** Levels that outweigh every veto. */
  overrules: readonly Place[]
}

/**
 * Joins the evidence of plugins to a model. A field of evidence that no table has drops what needs it, so that a model for a file
 * without addresses still runs.
 * @throws with all that is wrong: an unknown comparator, a name taken twice, too many blocks
 */
export function joinEvidence(model: Model, evidence: readonly Evidence[] = [], table?: Table): Joined {
  const known: Record<string, Comparator> = { ...comparators }
  const wrong: string[] = []
  for (const part of evidence)
    for (const [name, comparator] of Object.entries(part.comparators ?? {}))
      if (name in known) wrong.push(`${part.name}: a comparator is already called ${name}`)
      else known[name] = comparator
  const has = (fields: readonly string[]): boolean => !table || fields.every(field => field in table.fields)
  const specs: ModelComparison[] = [...model.comparisons, ...evidence.flatMap(part => part.comparisons ?? [])].filter(
    ({ fields }) => has(fields),
  )
  const blocks = [...model.blocks, ...evidence.flatMap(part => part.blocks ?? [])].filter(({ on, within = [] }) =>
    has([...on.map(part => part.field), ...within]),
  )
  wrong.push(...mistakesIn(specs, known, blocks))
  if (wrong.length > 0) throw new Error(`model ${model.name}: ${wrong.join('; ')}`)
  const comparisons = specs.map(spec => comparisonOf(spec, known[spec.by]!))
  return {
    model,
    comparisons,
    blocks,
    constraints: evidence.flatMap(part => part.constraints ?? []),
    steps: evidence.flatMap(part => part.steps ?? []),
    keys: new Set(
      blocks.flatMap(({ on, rarerThan, within }) =>
        on.length > 1 || on[0]!.letters || rarerThan || within ? [] : on[0]!.field,
      ),
    ),
    vetoes: model.vetoes.flatMap(veto => placeOf(veto, comparisons)),
    overrules: model.overrules.flatMap(one => placeOf(one, comparisons)),
  }
}

function mistakesIn(specs: ModelComparison[], known: Record<string, Comparator>, blocks: BlockSpec[]): string[] {
  const names = specs.map(spec => spec.name)
  return [
    ...specs.filter(spec => !(spec.by in known)).map(spec => `${spec.name}: no comparator is called ${spec.by}`),
    ...names.filter((name, at) => names.indexOf(name) < at).map(name => `two comparisons are called ${name}`),
    ...(blocks.length === 0 ? ['the table has the fields of no block'] : []),
    ...(blocks.length > 16 ? [`${blocks.length} blocks are more than 16`] : []),
  ]
}

function comparisonOf(spec: ModelComparison, comparator: Comparator): Comparison {
  const { levels } = comparator
  const last = Object.values(spec.bits ?? {}).at(-1) ?? 0
  return {
    name: spec.name,
    fields: spec.fields,
    comparator,
    levels,
    m: sharesOf(spec, 'm', levels),
    u: sharesOf(spec, 'u', levels),
    bits: spec.bits ? levels.map(level => spec.bits![level] ?? last) : null,
    isWeighedByRarity: spec.isWeighedByRarity ?? false,
    isShared: spec.isShared ?? false,
    isOfHousehold: spec.isOfHousehold ?? false,
    hidden: hidden[spec.by] ?? null,
  }
}

/** A level of a comparison, both by their places; 1 is the first level. */
interface Place {
  comparison: number
  level: number
}

/** Where a level that a model names stands; nowhere when the table lacks the fields of its comparison. */
function placeOf({ comparison: name, level: said }: Model['vetoes'][number], comparisons: Comparison[]): Place[] {
  const comparison = comparisons.findIndex(spec => spec.name === name)
  if (comparison < 0) return []
  const level = comparisons[comparison]!.levels.indexOf(said) + 1
  if (level === 0) throw new Error(`${name} has no level ${said}`)
  return [{ comparison, level }]
}
