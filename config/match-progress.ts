import { openProgress, type ProgressBar, type ProgressOutput } from './progress.ts'

/** Shows how far a match is. */
export interface MatchProgress {
  show(step: string, far: { rows: number; bytes: number } | { share: number }): void
  close(): void
}

/** What is shown, and where. */
export interface MatchProgressHow {
  isPlain: boolean
  /** Also where nobody is looking at a terminal. */
  isWanted: boolean
  /** Of the file, in bytes; null where nobody knows. */
  size: number | null
}

/**
 * A bar for reading, by bytes, and one for each step after it. The steps run without a pause in which a bar could move: it shows
 * how much was done before the step that it names.
 */
export function matchProgress(output: ProgressOutput, { isPlain, isWanted, size }: MatchProgressHow): MatchProgress {
  if (!isWanted && (output.isTTY !== true || isPlain)) return { show: () => {}, close: () => {} }
  let open: { step: string; bar: ProgressBar; startedAt: Date } | null = null
  let rows = 0
  let matchingSince: Date | null = null
  const at = (step: string): NonNullable<typeof open> => {
    if (open?.step === step) return open
    open?.bar.close()
    // The steps after reading are shares of one whole: their clock goes on.
    const startedAt = step === 'read' ? new Date() : (matchingSince ??= new Date())
    return (open = { step, bar: openProgress(step, output, isPlain), startedAt })
  }
  return {
    show(step, far) {
      const { bar, startedAt } = at(step)
      if ('rows' in far) rows = far.rows
      const total = 'rows' in far ? rowsIn(size, far) : rows
      bar.show({ rows: 'rows' in far ? rows : Math.round(far.share * rows), total, startedAt })
    },
    close: () => open?.bar.close(),
  }
}

/** How many rows there will be, by how long they were so far. */
function rowsIn(size: number | null, { rows, bytes }: { rows: number; bytes: number }): number | null {
  return size === null || bytes === 0 ? null : Math.max(rows, Math.round((rows * size) / bytes))
}
