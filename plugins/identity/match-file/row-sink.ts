/** What a file says of one column in one row: text, several texts, or nothing. */
export type Value = string | readonly string[] | null

/** Takes the rows of a file, whatever its format. */
export interface RowSink {
  /** The columns it wants, folded by `columnKey`; a row's values come in this order. */
  wanted: readonly string[]
  /** The same as they are called in messages. */
  shown: readonly string[]
  /** All columns of the file, before the first row, where the format has a header. Throws when the file cannot be used. */
  header(names: readonly string[]): void
  /**
   * One row.
   * @param line where it begins, from 1
   * @param values the sink may keep them, and change them
   * @param isPlain whether it is known to hold no control character
   */
  row(line: number, values: Value[], isPlain: boolean): void
  /** A row that cannot be read, and why. */
  skip(line: number, because: string): void
}

/** Reads a file that comes in pieces, and hands on its rows. */
export interface PieceReader {
  push(piece: Uint8Array): void
  /** After the last piece. */
  end(): void
}

/** What is wrong with a row that is not in UTF-8. */
export const notUtf8 = 'not in UTF-8 (is the whole file so? then say --encoding latin1)'

/** What spellings of a column's name have in common: "First Name", "firstName" and "FIRST_NAME" are all "firstname". */
export function columnKey(written: string): string {
  return written.toLowerCase().replace(/[\s_.\uFEFF-]+/g, '')
}
