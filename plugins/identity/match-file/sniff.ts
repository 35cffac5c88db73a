/** What a file is, as far as its beginning tells. */
export type Format =
  { kind: 'csv'; delimiter: number; newline: number } | { kind: 'ndjson' } | { kind: 'parquet' } | { kind: 'json' }

const newlines = { lineFeed: 10, carriageReturn: 13 }
const delimiters = [',', ';', '\t', '|']
/** What endings of names and beginnings of files say. */
const kinds: Readonly<Record<string, Exclude<Format['kind'], 'csv'>>> = {
  ...{ ndjson: 'ndjson', jsonl: 'ndjson', parquet: 'parquet' },
  ...{ '{': 'ndjson', '[': 'json', PAR1: 'parquet' },
}

/**
 * Tells what a file is. The name counts where it ends in .csv, .tsv, .ndjson, .jsonl or .parquet; else the first character.
 * The delimiter is the one that the header has most of; rows end in a line feed, unless there is none.
 * @param head the first some kilobytes
 * @param name of the file; empty where it has none
 */
export function sniff(head: Buffer, name: string): Format {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const text = head.toString('latin1').trimStart()
  if (ending === 'csv' || ending === 'tsv') return csv(text)
  const kind = kinds[ending] ?? kinds[text.slice(0, 4)] ?? kinds[text.slice(0, 1)]
  return kind === undefined ? csv(text) : { kind }
}

function csv(text: string): Format {
  const newline = text.includes('\n') || !text.includes('\r') ? newlines.lineFeed : newlines.carriageReturn
  const [header = ''] = text.split(/[\r\n]/, 1)
  const bare = header.replace(/"[^"]*"/g, '')
  const counts = delimiters.map(delimiter => bare.split(delimiter).length)
  const best = counts.indexOf(Math.max(...counts))
  return { kind: 'csv', delimiter: delimiters[best]!.charCodeAt(0), newline }
}
