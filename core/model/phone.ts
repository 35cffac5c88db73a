import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'
import { readFast } from './phone-shapes.ts'

/** A country by its two-letter ISO 3166 code, as phone numbers know it. */
export type Region = CountryCode

/** What nobody's phone ends in, or is made of: place-holders typed to get past a form. */
const junk = /0{6}$|^\+\d{1,3}?(\d)\1{5,}$/
/** Digits in a row, all of the number or all behind one of the commonest country codes: "0123456789", "12345678", "987654321". */
const run = /^\+(?:1|44|61|64|65|852|86|91)?(?:0?1234567(?:8(?:90?)?)?|2345678(?:90?1?)?|(?:9?8)?7654321?0?)$/
/** An address that only holds digits: `client:staff_61…`, `sip:61…@host`, `jane61…@example.com`. */
const address = /@|^[a-z][a-z0-9+.-]*:/i
/** What people and programs write before a number. */
const label = /^(?:tel(?:ephone)?|ph(?:one)?|mob(?:ile)?|cell|home|work|whatsapp|[bmtphw])\b[\s:.#-]*(?=[+(\d])/i
/** An extension within a firm: no part of the number. */
const extension = /[\s,;]*(?:\bx|\bext(?:n|ension)?|#|;ext=)[\s.:=]*\d{1,7}$/i
/** Between two numbers in one field, or between a number and what is said of it. */
const between = /[/;|,&\n\r]|\(?\p{L}+\)?/u
/** Fewer digits than this, country code and all, reach an exchange or an emergency service, not a person. */
const leastDigits = 8
/** Longer text holds more than a number or two. */
const longestTyped = 100

/**
 * A phone number in E.164, or null when it is not a possible number or is a place-holder (repeated digits, digits in a row, six
 * zeros at the end). An extension is dropped; of two numbers in one field the first that is one is taken.
 * @param raw as anybody wrote it: national or international (+, 00 or 0011), with spaces, dashes, dots or brackets
 * @param region where a number without a country code is from; Australia unless told otherwise
 */
export function cleanPhone(raw: string | null | undefined, region: Region = 'AU'): string | null {
  if (!raw || raw.length > longestTyped) return null
  const number = readFast(raw, region) ?? readPhone(raw, region)
  return number && number.length > leastDigits && !isJunk(number) ? number : null
}

/** The number as people of its country write it: "+61 412 345 678". Text that is no number comes back as it is. */
export function showPhone(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164
}

/** The English name of the country a number in E.164 belongs to; null for numbers of no country, and for what is no number. */
export function placeOf(e164: string): string | null {
  const parsed = parsePhoneNumberFromString(e164)
  const country = parsed?.country ?? parsed?.getPossibleCountries()[0]
  return country ? (countries.of(country) ?? null) : null
}

const countries = new Intl.DisplayNames('en', { type: 'region' })

function isJunk(number: string): boolean {
  return junk.test(number) || run.test(number)
}

/** The way of every shape, with the library. */
function readPhone(raw: string, region: Region): string | null {
  const text = raw
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .replace(label, '')
    .replace(extension, '')
    .replace(/^\++\s*(?:\(0\)\s*|0(?=[1-9]))/, '0')
    .replace(/^([\d ]+)\.0$/, '$1')
  if (address.test(text) || /\p{L}\d|\d\p{L}/u.test(text)) return null
  return readOne(text, region) ?? readFirst(text, region)
}

function readFirst(text: string, region: Region): string | null {
  const parts = text.split(between)
  if (parts.length === 1) return null
  const numbers = parts.map(part => readOne(part.trim().replace(label, '').replace(extension, ''), region))
  return numbers.find(number => number !== null && !isJunk(number)) ?? null
}

function readOne(text: string, region: Region): string | null {
  if (between.test(text) && text.replace(/\D/g, '').length > 10) return null
  const parsed = parsePhoneNumberFromString(text, region)
  const isSure = parsed?.isValid() || !text.startsWith('00')
  const other = isSure ? undefined : parsePhoneNumberFromString(text.replace(/^00/, '+'))
  const best = other?.isValid() ? other : parsed
  return best?.isPossible() ? best.number : null
}
