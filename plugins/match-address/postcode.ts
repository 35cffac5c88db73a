import { foldName, type PostalAddress } from '@switchboard/core'

/** Codes are this long the world over, spaces and dashes left out. */
const shape = /^(?=.*\d)[a-z\d]{3,10}$/
/** How long a country's codes are that spreadsheets take the first zeros from. */
const digitsIn: ReadonlyMap<string, number> = new Map([
  ['AU', 4],
  ['US', 5],
  ['DE', 5],
  ['FR', 5],
  ['IT', 5],
  ['ES', 5],
])

/**
 * A postcode in one spelling: small letters and digits only, the zeros back that a spreadsheet took ("800" in Australia is "0800"),
 * the last four digits of a US code left out. Cleaning a clean code changes nothing.
 * @returns null where there is none
 */
export function cleanPostcode({ postcode, country }: Pick<PostalAddress, 'postcode' | 'country'>): string | null {
  const code = foldName((postcode ?? '').slice(0, 40)).replaceAll(' ', '')
  const short = /^\d{9}$/.test(code) ? code.slice(0, 5) : code
  const length = digitsIn.get(country?.trim().toUpperCase() ?? '')
  const whole = length !== undefined && /^\d{3,}$/.test(short) ? short.padStart(length, '0') : short
  return shape.test(whole) && !/^0+$/.test(whole) ? whole : null
}
