import { inLatin } from './name-latin.ts'
import { irishNames } from './name-words.ts'

/** Letters that no accent comes off. */
const letters: ReadonlyMap<string, string> = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }),
)
/** The small letters from ß to ÿ, folded. */
const western = 'ss a a a a a a ae c e e e e i i i i d n o o o o o ÷ o u u u u y th y'.split(' ')
/** Every sign that is typed for an apostrophe. */
export const apostrophes = /['’‘‛ʼʻ`´′＇]/g
/** Words of western letters: nothing is folded but case, accents, apostrophes and dashes. */
const plain = /^[A-Za-zÀ-ÖØ-öø-ÿ]+(?:[ '-][A-Za-zÀ-ÖØ-öø-ÿ]+)*$/
/** Signs that take no room: they join or part what is shown, and are no part of a name. */
export const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g

/**
 * What two spellings of one name have in common: case, accents, apostrophes, dots and doubled spaces are folded away, and so is
 * the gap in "O Brien", "O' Brien" and "Mc Donald". Other scripts are written in Latin letters ("Анна" is "anna"). For comparing only:
 * "O’Brien" and "obrien" are both "obrien".
 */
export function foldName(text: string): string {
  if (isSimple(text)) return text.toLowerCase()
  return plain.test(text) ? closed(foldPlain(text.toLowerCase())) : foldAny(text)
}

/** The way of every text. */
function foldAny(text: string): string {
  const folded = inLatin(text)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(invisible, '')
    .replace(/(?<=(?:^|[^\p{L}])[odOD])\s*['’‘‛ʼʻ`´′＇]\s+(?=\p{L})/gu, '')
    .replace(apostrophes, '')
    .replace(/\.(?!\p{L})/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, letter => letters.get(letter) ?? letter)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
  return closed(folded)
}

function foldPlain(small: string): string {
  const spaced = small.replaceAll("'", '').replaceAll('-', ' ')
  return /[ß-ÿ]/.test(spaced) ? spaced.replace(/[ß-ÿ]/g, letter => western[letter.charCodeAt(0) - 223]!) : spaced
}

/** One word of plain letters: all that happens to it is that it becomes small. */
function isSimple(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 32
    if (code < 97 || code > 122 || text.charCodeAt(at) < 65) return false
  }
  return true
}

/** Closes the gap behind a Mc, and behind an O that a name follows which is known to have one. */
function closed(folded: string): string {
  if (!folded.includes(' ')) return folded
  return folded
    .replace(/(?<=^| )mc (?=\p{L}{2})/gu, 'mc')
    .replace(/(?<=^| )o ([a-z]+)(?= |$)/g, (gap, name: string) => (irishNames.has(name) ? `o${name}` : gap))
}
