import { canonicalEmail, cleanEmail, cleanPhone, foldName, type Region } from '@switchboard/core'
import { readDate } from '../engine/compare/date.ts'

/** Cleans what one column says; null when that is nothing. */
export type Cleaner = (written: string, region: Region) => string | null

/** The cleaners that a model names, those of names apart (`nameCleaners`). */
export const cleaners: Readonly<Record<string, Cleaner>> = {
  /** The mailbox that all spellings of an address lead to. */
  email(written) {
    const clean = cleanEmail(written)
    return clean && canonicalEmail(clean)
  },
  /** E.164. */
  phone: (written, region) => cleanPhone(written, region),
  /** yyyymmdd where it is a date, else its words. */
  date(written) {
    const day = readDate(written)
    return day < 0 ? filled(foldName(written)) : String(day)
  },
  /** Letters and digits in small letters: numbers of documents, postcodes, phones of which nobody knows the country. */
  code: written => filled(foldName(written).replaceAll(' ', '')),
  /** Words without accents, case and punctuation. */
  words: written => filled(foldName(written)),
  /** As it is, in small letters. */
  text: written => filled(written.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()),
  /** A number, written the one way. */
  number(written) {
    const number = Number(written.trim().replaceAll(',', '') || Number.NaN)
    return Number.isFinite(number) ? String(number) : null
  },
}

/** The cleaners that read the fields of a name together, and what of a clean name each keeps. */
export const nameCleaners = { firstName: 'first', lastName: 'last', suffix: 'suffix' } as const

/** The cleaners of columns in which a number is as good as text. */
export const numberCleaners: ReadonlySet<string> = new Set(['date', 'code', 'number'])

function filled(text: string): string | null {
  return text === '' ? null : text
}
