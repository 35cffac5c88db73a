import { z, type PersonRole } from '@switchboard/core'
import { comparators } from './compare/comparators.ts'
import { shipped } from './compare/shipped.ts'

const roles = ['customer', 'billing', 'shipping', 'primary', 'partner', 'client', 'contact'] satisfies PersonRole[]
const role = z.enum(roles)
const name = z.string().min(1)
const share = z.number().min(0).max(1)
const shares = z
  .record(name, share)
  .refine(all => sum(Object.values(all)) <= 1 + 1e-9, 'the shares of all levels add up to more than 1')

const field = z.strictObject({
  /** A cleaner by name: firstName, lastName, email, phone, date, code, words, text, number. */
  clean: name,
  /** Columns of a file: the first that is filled wins. */
  columns: z.array(name).min(1),
  many: z.boolean().optional(),
})

const comparison = z.strictObject({
  name,
  /** A comparator by name. */
  by: name,
  fields: z.array(name).min(1),
  /** Shares by level; where a model says none, those that ship with the comparator. */
  m: shares.optional(),
  u: shares.optional(),
  /** Fixed bits by level, instead of m and u; a level that is not listed has the bits of the last. */
  bits: z.record(name, z.number()).optional(),
  isWeighedByRarity: z.boolean().optional(),
  isShared: z.boolean().optional(),
  /** Whether it only tells one person from two of a household, by all that they share; it says nothing against strangers. */
  isOfHousehold: z.boolean().optional(),
})

const blockSpec = z.strictObject({
  name,
  on: z.array(z.strictObject({ field: name, letters: z.int().min(1).optional() })).min(1),
  rarerThan: share.optional(),
  /** Only rows that these contacts connect, however many others are between. */
  within: z.array(name).min(1).optional(),
})

/** What counts as evidence that rows name one person. Plain data; every mistake is reported at once, with its path. */
export const modelSchema = z
  .strictObject({
    name,
    fields: z.record(name, field),
    /** A row with none of these fields cannot be matched; one with one of them and nothing else is weak. */
    identity: z.array(name).min(1),
    comparisons: z.array(comparison).min(1).max(32),
    /** At most 16; the cheapest first. */
    blocks: z.array(blockSpec).min(1).max(16),
    /** Levels that keep two rows apart, and everybody joined to them. */
    vetoes: z.array(z.strictObject({ comparison: name, level: name })).default([]),
    /** Levels that outweigh every veto, such as a number of a passport that both have: names are written in more ways than one. */
    overrules: z.array(z.strictObject({ comparison: name, level: name })).default([]),
    /** Roles that, named by one record, are two people by its own statement. */
    apart: z.array(z.tuple([role, role])).default([]),
    /** Two are one above this probability. */
    threshold: z.number().gt(0.5).lt(1).default(0.99),
    /** Above so many distinct signatures a key is generic. */
    cap: z.int().min(2).default(200),
  })
  .superRefine((model, context) => {
    for (const { path, message } of mistakesIn(model)) context.addIssue({ code: 'custom', path, message })
  })

/** A model as it is written: what has a default may be left out. */
export type ModelOptions = z.input<typeof modelSchema>

/** A model, checked. */
export type Model = z.output<typeof modelSchema>

/** A comparison of a model. */
export type ModelComparison = Omit<Model['comparisons'][number], 'fields'> & { fields: readonly string[] }

/** Checks a model. @throws with every mistake and its path */
export function defineModel(options: ModelOptions): Model {
  return modelSchema.parse(options)
}

/** The weight in bits that a probability stands for: 0.99 is 6.63. */
export function bitsAt(probability: number): number {
  return Math.log2(probability / (1 - probability))
}

/** The probability that a weight in bits stands for. */
export function probabilityAt(bits: number): number {
  return 1 / (1 + 2 ** -bits)
}

/**
 * The share of each level, in the comparator's order: as the model says, else as it ships. Levels that neither lists divide
 * what is left among them. None is 0: what was never seen may still happen.
 */
export function sharesOf(
  spec: Pick<ModelComparison, 'by' | 'm' | 'u'>,
  kind: 'm' | 'u',
  levels: readonly string[],
): number[] {
  const said = spec[kind] ?? shipped[spec.by]?.[kind] ?? {}
  const unsaid = levels.filter(level => said[level] === undefined).length
  const left = Math.max(0, 1 - sum(levels.map(level => said[level] ?? 0)))
  return levels.map(level => Math.max(said[level] ?? left / unsaid, 1e-7))
}

interface Mistake {
  path: (string | number)[]
  message: string
}

type Checked = Pick<Model, 'fields' | 'identity' | 'comparisons' | 'blocks' | 'vetoes' | 'overrules'>

function mistakesIn(model: Checked): Mistake[] {
  const unknown = (field: string): boolean => !(field in model.fields)
  const noField = (field: string, path: Mistake['path']): Mistake[] =>
    unknown(field) ? [{ path, message: `no field is called ${field}` }] : []
  return [
    ...model.identity.flatMap((field, at) => noField(field, ['identity', at])),
    ...model.blocks.flatMap(({ on, within = [] }, at) => [
      ...on.flatMap((part, place) => noField(part.field, ['blocks', at, 'on', place, 'field'])),
      ...within.flatMap((field, place) => noField(field, ['blocks', at, 'within', place])),
    ]),
    ...model.comparisons.flatMap((spec, at) => comparisonMistakes(spec, at, noField)),
    ...twice(model.comparisons.map(spec => spec.name)).map(message => ({ path: ['comparisons'], message })),
    ...twice(model.blocks.map(spec => spec.name)).map(message => ({ path: ['blocks'], message })),
    ...(['vetoes', 'overrules'] as const).flatMap(kind =>
      model[kind].flatMap((one, at) => levelMistakes(one, [kind, at], model.comparisons)),
    ),
  ]
}

function comparisonMistakes(
  spec: ModelComparison,
  at: number,
  noField: (field: string, path: Mistake['path']) => Mistake[],
): Mistake[] {
  const fields = spec.fields.flatMap((field, place) => noField(field, ['comparisons', at, 'fields', place]))
  const levels = comparators[spec.by]?.levels
  if (!levels) return fields
  const wrong = (['m', 'u', 'bits'] as const).flatMap(kind =>
    Object.keys(spec[kind] ?? {})
      .filter(level => !levels.includes(level))
      .map(level => ({ path: ['comparisons', at, kind, level], message: `${spec.by} has ${levels.join(', ')}` })),
  )
  return [...fields, ...wrong]
}

function levelMistakes(
  one: Model['vetoes'][number],
  path: Mistake['path'],
  all: readonly ModelComparison[],
): Mistake[] {
  const spec = all.find(other => other.name === one.comparison)
  if (!spec) return [{ path: [...path, 'comparison'], message: `no comparison is called ${one.comparison}` }]
  const levels = comparators[spec.by]?.levels
  if (!levels || levels.includes(one.level)) return []
  return [{ path: [...path, 'level'], message: `${spec.by} has ${levels.join(', ')}` }]
}

function twice(names: string[]): string[] {
  return names.filter((one, at) => names.indexOf(one) < at).map(one => `${one} is there twice`)
}

function sum(all: number[]): number {
  return all.reduce((total, one) => total + one, 0)
}
