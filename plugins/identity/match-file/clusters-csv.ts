import type { FileMatch } from './file-match.ts'

/** So many rows are made into one piece of text. */
const batch = 4096

/** The clusters as CSV, `id,cluster`, in the order of the file: a cluster is called by the id of it that comes first in text order. */
export function* clustersCsv({ labels, clusterOf }: Pick<FileMatch, 'labels' | 'clusterOf'>): Generator<string> {
  const { ids } = labels
  yield 'id,cluster\n'
  let lines: string[] = []
  for (let row = 0; row < clusterOf.length; row++) {
    const cluster = clusterOf[row]!
    const id = field(ids.text(row))
    lines.push(`${id},${cluster === row ? id : field(ids.text(cluster))}\n`)
    if (lines.length < batch) continue
    yield lines.join('')
    lines = []
  }
  yield lines.join('')
}

/** A field of a CSV file. */
function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
