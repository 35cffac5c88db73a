import { HubError, OptionError } from '@switchboard/core'
import type { Model } from '../engine/model.ts'
import { cleaners, numberCleaners } from './cleaners.ts'
import { isNameCleaner, wholeName } from './row-cleaner.ts'
import { columnKey } from './row-sink.ts'

/** Which columns of a file are read, and what for. */
export interface FileColumns {
  /** Those that a row's values come from, in this order, folded by `columnKey`. */
  wanted: readonly string[]
  /** The same as they are called. */
  shown: readonly string[]
  /** Where in `wanted` the id is: the first of these that the row has. */
  ids: readonly number[]
  /** Where in `wanted` the truth is; −1: there is none. */
  truth: number
  /** Where in `wanted` the id of the row is whose partner this row is. */
  partner: number
  /** How many of `wanted` are matched: the first. */
  matched: number
  /** The columns in which a number is as good as text. */
  numbers: ReadonlySet<string>
  /** Throws when a file with these columns cannot be matched. @returns what it lacks and can be done without */
  check(names: readonly string[]): string[]
}

/** What the command was asked to read. */
export interface ColumnsAsk {
  model: Model
  /** The column with the ids; default: the first of `idColumns`. */
  id?: string | undefined
  truth?: string | undefined
  /** Further columns that are matched. */
  more?: readonly string[] | undefined
}

/** Columns that hold ids, where none is named. */
export const idColumns = ['id', 'rec_id', 'record_id', 'unique_id']
/** The column with the id of the row whose partner this row is. */
export const partnerColumn = 'partner_of'

/** Decides what is read of a file. @throws when the model names a cleaner that there is not */
export function columnsOf({ model, id, truth, more = [] }: ColumnsAsk): FileColumns {
  checkCleaners(model)
  const ids = id === undefined ? idColumns : [id]
  const truths = truth === undefined ? [] : [truth]
  const own = [...ids, ...truths, partnerColumn]
  const fields = Object.values(model.fields)
  const hasNames = fields.some(({ clean }) => isNameCleaner(clean))
  const listed = [...fields.flatMap(({ columns }) => columns), ...(hasNames ? [wholeName] : []), ...more]
  // The truth is for comparing with, and never for matching by, whatever a model lists.
  const matched = distinct(listed).filter(column => !truths.some(isTruth => columnKey(isTruth) === columnKey(column)))
  const numbers = fields.filter(({ clean }) => numberCleaners.has(clean)).flatMap(({ columns }) => columns)
  const shown = [...matched, ...own]
  const start = matched.length
  return {
    ...{ shown, wanted: shown.map(columnKey) },
    ids: ids.map((_, at) => start + at),
    truth: truths.length === 0 ? -1 : start + ids.length,
    partner: shown.length - 1,
    matched: start,
    numbers: new Set([...own, ...numbers].map(columnKey)),
    check: names => check(names, { model, ids, truths }),
  }
}

/** Each column once, however it is spelled. */
function distinct(columns: readonly string[]): string[] {
  const keys = columns.map(columnKey)
  return columns.filter((_, at) => keys.indexOf(keys[at]!) === at)
}

function checkCleaners(model: Model): void {
  const known = [...Object.keys(cleaners), 'firstName', 'lastName', 'suffix']
  const issues = Object.entries(model.fields)
    .filter(([, { clean }]) => !known.includes(clean))
    .map(([name, { clean }]) => ({
      path: `${model.name}.fields.${name}.clean`,
      message: `no cleaner is called ${clean}; there are ${known.join(', ')}`,
    }))
  if (issues.length > 0) throw new OptionError(issues)
}

function check(names: readonly string[], ask: { model: Model; ids: string[]; truths: string[] }): string[] {
  const { model, ids, truths } = ask
  const keys = names.map(columnKey)
  const has = (column: string): boolean => keys.includes(columnKey(column))
  const there = `it has ${names.filter(name => name !== '').join(', ') || 'none'}`
  if (!ids.some(has))
    throw new HubError('bad_request', `no column ${ids[0]} (${there}); name the one with the ids: --id <column>`)
  if (!truths.every(has)) throw new HubError('bad_request', `no column ${truths[0]} to compare with (${there})`)
  const fields = Object.entries(model.fields)
  const missing = fields.filter(
    ([, { clean, columns }]) => !columns.some(has) && !(isNameCleaner(clean) && has(wholeName)),
  )
  const lacking = missing.map(([name]) => name)
  if (model.identity.every(name => lacking.includes(name))) {
    const columns = fields.filter(([name]) => model.identity.includes(name)).flatMap(([, field]) => field.columns)
    throw new HubError(
      'bad_request',
      `the model ${model.name} tells people apart by ${columns.join(', ')}, and no such column is there (${there})`,
    )
  }
  const twice = names.filter((name, at) => name !== '' && keys.indexOf(keys[at]!) < at)
  return [
    ...missing.map(([name, { columns }]) => `no column ${columns.join(' or ')}: nothing is known of ${name}`),
    ...[...new Set(twice)].map(name => `two columns are called ${name}: the first is read`),
  ]
}
