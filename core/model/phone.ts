import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'

/** A country by its two-letter ISO 3166 code, as phone numbers know it. */
export type Region = CountryCode

/** What nobody's phone ends in, or is made of: place-holders typed to get past a form. */
const junk = /0{6}$|^\+\d{1,3}?(\d)\1{5,}$/
/** An address that only holds digits: `client:staff_61…`, `sip:61…@host`, `jane61…@example.com`. */
const address = /@|^(?!tel:)[a-z][a-z0-9+.-]*:/i
/** Fewer digits than this, country code and all, reach an exchange or an emergency service, not a person. */
const leastDigits = 8
/** Nearly every Australian number, separators gone: trunk 0 or +61, then an area or mobile code. Agrees with the library (tested). */
const australian = /^(?:\+61|0)([2-478]\d{8})$/

/**
 * A phone number in E.164, or null when it is not a possible number or is a place-holder (repeated digits, six zeros at the end).
 * @param raw as anybody wrote it: national or international, with spaces, dashes or brackets
 * @param region where a number without a country code is from; Australia unless told otherwise
 */
export function cleanPhone(raw: string | null | undefined, region: Region = 'AU'): string | null {
  if (!raw || raw.length > 40 || address.test(raw)) return null
  const number = (region === 'AU' ? readAustralian(raw) : null) ?? readAny(raw.normalize('NFKC').trim(), region)
  return number && number.length > leastDigits && !junk.test(number) ? number : null
}

/** The number as people of its country write it: "+61 412 345 678". Text that is no number comes back as it is. */
export function showPhone(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164
}

/** The English name of the country a number in E.164 belongs to; null for numbers of no country, and for what is no number. */
export function placeOf(e164: string): string | null {
  const parsed = parsePhoneNumberFromString(e164)
  const country = parsed?.country ?? parsed?.getPossibleCountries()[0]
  return country ? (new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? null) : null
}

/** The common shapes without the library, which takes about 12 µs a number. */
function readAustralian(raw: string): string | null {
  const digits = /^[+\d(][\d ()-]*$/.test(raw) ? raw.replace(/[ ()-]/g, '') : ''
  const national = australian.exec(digits)?.[1]
  return national ? `+61${national}` : null
}

function readAny(text: string, region: Region): string | null {
  const parsed = parsePhoneNumberFromString(text, region)
  const isSure = parsed?.isValid() || !text.startsWith('00')
  const other = isSure ? undefined : parsePhoneNumberFromString(text.replace(/^00/, '+'))
  const best = other?.isValid() ? other : parsed
  return best?.isPossible() ? best.number : null
}
