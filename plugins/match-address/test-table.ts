import type { Column, Population, Table } from '@switchboard/core'

/** A table of a few rows, made by hand. For tests. `isMany`: every field may have several values a row, with `|` between. */
export function tableOf(rows: readonly { readonly [field: string]: string | undefined }[], isMany = false): Table {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))]
  const columns = names.map(
    name =>
      [
        name,
        columnOf(
          rows.map(row => valuesIn(row[name], isMany)),
          isMany,
        ),
      ] as const,
  )
  return { count: rows.length, fields: Object.fromEntries(columns) }
}

function valuesIn(text: string | undefined, isMany: boolean): string[] {
  return (isMany ? (text?.split('|') ?? []) : [text ?? '']).filter(value => value !== '')
}

function columnOf(rows: readonly string[][], isMany: boolean): Column {
  const texts = [...new Set(rows.flat())]
  const ids = rows.map(values => values.map(value => texts.indexOf(value)))
  const start = rows.map((_, at) => ids.slice(0, at).flat().length)
  return {
    ids: Int32Array.from(isMany ? ids.flat() : ids.map(([id = -1]) => id)),
    start: isMany ? Int32Array.from([...start, ids.flat().length]) : null,
    ...{ size: texts.length, hash: Float64Array.from(texts.keys()), text: id => texts[id]! },
  }
}

/** Nobody is known. For tests. */
export const nobody: Population = { share: () => 0, isGivenName: () => false, isAlias: () => false }
