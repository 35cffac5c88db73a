import { foldName } from './name-fold.ts'
import { particles } from './name-words.ts'

interface Words {
  first: string[]
  last: string[]
}

/** Puts a name right that is written all in capitals or all in small letters; others are left as they are. */
export function inCase({ first, last }: Words): Words {
  const whole = [...first, ...last].join('')
  if (whole !== whole.toUpperCase() && whole !== whole.toLowerCase()) return { first, last }
  const low = (word: string, at: number, all: string[]): boolean => at < all.length - 1 && particles.has(foldName(word))
  return {
    first: first.map(capital),
    last: last.map((word, at, all) => (low(word, at, all) ? word.toLowerCase() : capital(word))),
  }
}

/** A word of a name with its capitals: "anne-marie" is "Anne-Marie", "O'BRIEN" is "O'Brien", "MCDONALD" is "McDonald". */
export function capital(word: string): string {
  if (/^[a-z]+$/i.test(word) && !/^mc/i.test(word)) return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
  return word
    .toLowerCase()
    .replace(/(^|-)(\p{Ll})|(')(\p{Ll})(?=\p{L}{2})/gu, upper)
    .replace(/(?<=^|-)Mc(\p{Ll})(?=\p{L}{2})/gu, (_, letter: string) => `Mc${upper(letter)}`)
    .normalize('NFC')
}

/** A letter whose capital is two letters stays as it is. */
function upper(part: string): string {
  const large = part.toUpperCase()
  return large.length === part.length ? large : part
}
