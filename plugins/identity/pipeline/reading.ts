import { hash } from 'node:crypto'
import { foldName, type BlockSpec, type Evidence } from '@switchboard/core'
import { joinEvidence } from '../engine/evidence.ts'
import type { Model } from '../engine/model.ts'
import type { Trained } from '../engine/trained.ts'
import { contactKeysOf, type Candidate } from './candidate.ts'

/** What is compared of one person, by field: cleaned and folded, empty when missing. */
export type Values = Readonly<Record<string, readonly string[]>>

/** What of a candidate is compared, and by which keys it is paired with others. */
export interface Reading {
  /** For each field of the model where a candidate has it. */
  fields: readonly (readonly [name: string, read: (person: Person) => readonly string[]])[]
  blocks: readonly BlockSpec[]
  /** The share of rows that have a value, in what the model was trained on. */
  share(field: string, text: string): number
}

type Person = Omit<Candidate, 'id'>

/** What a model and the evidence of plugins read of a candidate, with the shares that were learned. */
export function readingOf(model: Model, evidence: readonly Evidence[], trained: Trained | undefined): Reading {
  const { shares = {}, rest = {} } = trained ?? {}
  return {
    fields: fieldsOf(model, evidence).map(({ name }) => [
      name,
      readers[model.fields[name]?.clean ?? ''] ?? extra(name),
    ]),
    blocks: joinEvidence(model, evidence).blocks,
    share: (field, text) => shares[field]?.[text] ?? rest[field] ?? 1,
  }
}

/** The fields of a model and of the evidence of plugins. */
export function fieldsOf(model: Model, evidence: readonly Evidence[]): { name: string; many: boolean }[] {
  const own = Object.entries(model.fields).map(([name, { many = false }]) => ({ name, many }))
  const extras = evidence.flatMap(({ fields = {} }) => Object.keys(fields)).filter(name => !(name in model.fields))
  return [...own, ...extras.map(name => ({ name, many: true }))]
}

/** Where a candidate has what a field is cleaned as; other fields are what plugins read. */
const readers: Readonly<Record<string, (person: Person) => readonly string[]>> = {
  firstName: ({ firstName }) => (firstName ? [foldName(firstName)] : []),
  lastName: ({ lastName }) => (lastName ? [foldName(lastName)] : []),
  email: ({ emailKey }) => (emailKey ? [emailKey] : []),
  phone: ({ phones }) => phones,
}

function extra(name: string): (person: Person) => readonly string[] {
  return ({ extras }) => extras[name] ?? []
}

/** What is compared of a candidate. */
export function valuesOf(candidate: Person, { fields }: Pick<Reading, 'fields'>): Values {
  const values: Record<string, readonly string[]> = {}
  for (const [name, read] of fields) values[name] = read(candidate)
  return values
}

/** A short name for what a candidate says, the same for all who say the same, in whatever order. No cleaned field holds a line break. */
export function signatureOf(values: Values): string {
  let said = ''
  for (const field in values) {
    const texts = values[field]!
    if (texts.length === 0) continue
    if (said !== '') said += '\n\n'
    said += `${field}\n${texts.length > 1 ? texts.toSorted().join('\n') : texts[0]}`
  }
  return digestOf(said)
}

/** 22 letters made of a text alone. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22)
}

/** Whether there is only one thing to compare: nothing else could confirm it. */
export function isWeak(values: Values): boolean {
  let filled = 0
  for (const field in values) filled += values[field]!.length
  return filled < 2
}

/** The keys of a candidate: its email and phones, by which it is looked up, and the keys of every block of the model. */
export function keysOf(candidate: Person, values: Values, reading: Reading): string[] {
  const keys = contactKeysOf(candidate)
  // Whom contacts connect is found by those.
  for (const spec of reading.blocks)
    if (!isContact(spec) && !spec.within) keys.push(...blockKeys(spec, values, reading))
  return keys.length > 1 ? [...new Set(keys)] : keys
}

/**
 * The key by which a generic key still connects people: its namesakes, as far as the whole name is known, else those who say
 * exactly the same.
 */
export function namesakeKey(key: string, values: Values, signature: string): string {
  const [first, last] = [values['first']?.[0], values['last']?.[0]]
  return `${key}\n${first && last ? `${first} ${last}` : `#${signature}`}`
}

/** The key of a block as it is stored. @param field its fields joined by "+" @param value their values joined by a space */
export function blockKey(field: string, value: string): string {
  return `${field}:${value}`
}

function isContact({ on }: BlockSpec): boolean {
  return on.length === 1 && (on[0]!.field === 'email' || on[0]!.field === 'phone') && on[0]!.letters === undefined
}

const nothing: readonly string[] = []

function blockKeys({ on, rarerThan }: BlockSpec, values: Values, { share }: Reading): readonly string[] {
  for (const { field } of on) if (!values[field]?.length) return nothing
  let found = ['']
  for (const { field, letters } of on) {
    const texts = values[field]!.filter(
      text => letters !== undefined || rarerThan === undefined || share(field, text) < rarerThan,
    ).map(text => text.slice(0, letters))
    if (texts.length === 0) return nothing
    found = found.flatMap(key => texts.map(text => (key === '' ? text : `${key} ${text}`)))
  }
  const name = on.map(({ field }) => field).join('+')
  return found.map(value => blockKey(name, value))
}
