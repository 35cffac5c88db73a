import type { Person } from '../model/person.ts'

/** One field of many rows, each value as a number, so that comparing is comparing numbers. */
export interface Column {
  /** Row r has the values `ids[start[r]]` up to `ids[start[r + 1]]`, each once; where `start` is null every row has one, `ids[r]`, and −1 is missing. */
  ids: Int32Array
  start: Int32Array | null
  /** How many different values there are: ids go from 0 up to this. */
  size: number
  /** A number for each value made of its text alone (53 bits), so that nothing depends on the order of arrival. */
  hash: Float64Array
  /** What a number stands for: cleaned text. */
  text(id: number): string
}

/** Rows, field by field. */
export interface Table {
  count: number
  fields: Readonly<Record<string, Column>>
}

/** What is known about all rows together, for comparators that judge a value by how common it is. */
export interface Population {
  /** How many rows share the value, in the data that the model was trained on. */
  share(field: string, text: string): number
  /** Whether a word is a given name that people are known by: listed, or met often enough. */
  isGivenName(folded: string): boolean
  /** Whether two given names are used for one person: listed, or learned from people who are one beyond doubt. */
  isAlias(one: string, other: string): boolean
  /** Whether so many rows share a value that it tells nobody apart; a comparator must not draw on who else has it. */
  isGeneric?(field: string, text: string): boolean
  /** The rows that a record or a human says are somebody else than this one. */
  apartFrom?(row: number): readonly number[]
  /** How many rows say the same as this one, itself among them. */
  sameAs?(row: number): number
}

/**
 * Compares two rows. `levels` names what it can find, the best first; a comparator says 0 where a field is missing on either
 * side, 1 for the first of the levels, and so on. It is compiled once for a table, so that it can remember what it compared.
 */
export interface Comparator {
  levels: readonly string[]
  compile(table: Table, fields: readonly string[], population: Population): (a: number, b: number) => number
}

/** A comparison of a model: which comparator reads which fields, and what it is worth before anything was learned. */
export interface ComparisonSpec {
  name: string
  /** A comparator, by name. */
  by: string
  fields: readonly string[]
  /** How often each level is found among rows that are one person, and among those that are not; both add up to at most 1. */
  m: Readonly<Record<string, number>>
  u: Readonly<Record<string, number>>
  /** Whether a rare value counts for more than a common one, at the level where both are equal. */
  isWeighedByRarity?: boolean
  /** Whether people of one household often have it in common (last name, email, phone, address), so that agreeing says less. */
  isShared?: boolean
}

/** Rows that agree on all of these are compared: whole values, or the first letters of one. */
export interface BlockSpec {
  name: string
  on: readonly { field: string; letters?: number }[]
  /** Only values with a smaller share of all rows. */
  rarerThan?: number
  /** Pairs only rows that these contacts connect, however many others are between. */
  within?: readonly string[]
}

/** How a field is read of a person and cleaned; null when missing. Text only, without line breaks. */
export interface FieldSpec {
  read(person: Person): readonly string[]
}

/** Two rows that are never one person, whatever else agrees. Compiled once for a table. */
export interface Constraint {
  name: string
  compile(table: Table, population: Population): (a: number, b: number) => boolean
}

/**
 * What a plugin adds to how people are told apart. It is the export `evidence` of a module, which is named by its address,
 * because matching runs in threads of its own.
 */
export interface Evidence {
  name: string
  fields?: Readonly<Record<string, FieldSpec>>
  comparators?: Readonly<Record<string, Comparator>>
  comparisons?: readonly ComparisonSpec[]
  blocks?: readonly BlockSpec[]
  constraints?: readonly Constraint[]
  /** Steps run after the one they name; each may drop links between rows. */
  steps?: readonly EvidenceStep[]
}

/** A step between scoring and clustering: links that it does not return are dropped. Weights are in bits. */
export interface EvidenceStep {
  name: string
  run(table: Table, links: readonly WeighedLink[]): readonly WeighedLink[]
}

/** Two rows that may be one person, and how much speaks for it. */
export interface WeighedLink {
  a: number
  b: number
  bits: number
}
