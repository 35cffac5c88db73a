import { cleanName, foldName, type Name, type Region, type WrittenName } from '@switchboard/core'
import type { RawValue, ReadField, RowCleaner } from '../engine/read-rows.ts'
import { cleaners, nameCleaners } from './cleaners.ts'

/** A field of a model: how it is cleaned, and of which columns; of several the first that is filled. */
export interface FileField {
  clean: string
  columns: readonly string[]
  many?: boolean | undefined
}

/** Which fields are made of which columns, all of them folded by `columnKey`. Plain values: threads are told of them. */
export interface RowCleaning {
  fields: Readonly<Record<string, FileField>>
  /** The columns in the order of a row's values. */
  columns: readonly string[]
  /** Where a phone without a country code is from. */
  region: Region
}

/** The column with the whole name, where a model names no other. */
export const wholeName = 'name'

/**
 * Cleans the rows of a file as its model says. First name, last name and suffix are read together: a column that several of
 * them list holds the whole name, as does `name`, and is read when the others are empty.
 */
export function rowCleaner(options: unknown): RowCleaner {
  const cleaning = options as RowCleaning
  const entries = Object.entries(cleaning.fields)
  const nameOf = nameReader(cleaning)
  const readers = entries.map(([name, field]) => ({ name, read: fieldReader(field, cleaning, nameOf) }))
  return {
    fields: entries.map(([name, { many }]): ReadField => ({ name, many: many === true })),
    clean(row) {
      const cleaned: Record<string, string | readonly string[] | null> = {}
      for (const { name, read } of readers) cleaned[name] = read(row)
      return cleaned
    },
  }
}

type Row = readonly RawValue[]

function fieldReader(
  { clean, columns, many }: FileField,
  { columns: all, region }: RowCleaning,
  nameOf: (row: Row) => Name,
): (row: Row) => string | readonly string[] | null {
  const places = placesOf(columns, all)
  if (isNameCleaner(clean)) {
    const part = nameCleaners[clean]
    return row => {
      const text = nameOf(row)[part]
      return text && foldName(text)
    }
  }
  const cleaner = cleaners[clean]!
  return many
    ? row => allClean(row, places, text => cleaner(text, region))
    : row => firstClean(row, places, text => cleaner(text, region))
}

type CleanText = (text: string) => string | null

function firstClean(row: Row, places: readonly number[], clean: CleanText): string | null {
  for (const place of places) {
    const text = firstText(row[place])
    const found = text === '' ? null : clean(text)
    if (found !== null) return found
  }
  return null
}

function firstText(value: RawValue): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

function allClean(row: Row, places: readonly number[], clean: CleanText): string[] {
  const all: string[] = []
  for (const place of places)
    for (const text of textsOf(row[place])) {
      const found = clean(text)
      if (found !== null) all.push(found)
    }
  return all
}

const nothing: readonly string[] = []

/** The texts of a column that may have several. In one text they are written one after the other: "a; b". */
function textsOf(value: RawValue): readonly string[] {
  if (value == null || value === '') return nothing
  if (typeof value !== 'string') return value
  return /[;|\n]/.test(value) ? value.split(/[;|\n]/) : [value]
}

/** So many names are remembered: many rows have the same. */
const mostRemembered = 100_000
/** A word that is cleaned faster than it is found again. */
const plainWord = /^[A-Z][a-z]+$/

/** Reads the name of a row; of the last row once, however many fields ask. */
function nameReader({ fields, columns: all }: RowCleaning): (row: Row) => Name {
  const places = namePlaces(fields, all)
  const cleanOnce = remembered(cleanName)
  let last: { row: Row; name: Name } | null = null
  return row => {
    if (last?.row === row) return last.name
    const written = { firstName: textAt(row, places.first), lastName: textAt(row, places.last), name: '' }
    if (written.firstName === '' && written.lastName === '') written.name = textAt(row, places.whole)
    const isPlain = plainWord.test(written.firstName) && plainWord.test(written.lastName)
    last = { row, name: isPlain ? cleanName(written) : cleanOnce(written) }
    return last.name
  }
}

type Written = Required<Record<keyof WrittenName, string>>

function remembered(clean: (written: Written) => Name): (written: Written) => Name {
  let known = new Map<string, Name>()
  return written => {
    const key = `${written.firstName}\0${written.lastName}\0${written.name}`
    let name = known.get(key)
    if (!name) {
      if (known.size >= mostRemembered) known = new Map()
      known.set(key, (name = clean(written)))
    }
    return name
  }
}

function textAt(row: Row, places: readonly number[]): string {
  for (const place of places) {
    const text = firstText(row[place]).trim()
    if (text !== '') return text
  }
  return ''
}

function namePlaces(
  fields: RowCleaning['fields'],
  all: readonly string[],
): { first: number[]; last: number[]; whole: number[] } {
  const listed = (clean: string): string[] =>
    Object.values(fields)
      .filter(field => field.clean === clean)
      .flatMap(field => field.columns)
  const first = listed('firstName')
  const last = listed('lastName')
  const whole = first.filter(column => last.includes(column))
  const own = (columns: string[]): string[] => columns.filter(column => !whole.includes(column) && column !== wholeName)
  return {
    first: placesOf(own(first), all),
    last: placesOf(own(last), all),
    whole: placesOf([...whole, wholeName], all),
  }
}

function placesOf(columns: readonly string[], all: readonly string[]): number[] {
  return columns.map(column => all.indexOf(column)).filter(place => place !== -1)
}

/** Whether a cleaner reads names. */
export function isNameCleaner(clean: string): clean is keyof typeof nameCleaners {
  return clean in nameCleaners
}
