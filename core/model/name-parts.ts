import { apostrophes, foldName, invisible } from './name-fold.ts'
import {
  companyWords,
  familiesAfterVan,
  irishNames,
  legalForms,
  noNames,
  noNamesAlone,
  particles,
  placeWords,
  remarks,
  softCompanyWords,
  suffixes,
  titles,
} from './name-words.ts'

/** The words of a name, by field. */
export interface Parts {
  first: string[]
  last: string[]
}

/** Words of plain letters: nothing is to be taken out of them. */
const plain = /^[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['-][A-Za-zÀ-ÖØ-öø-ÿ]+)*'?(?: [A-Za-zÀ-ÖØ-öø-ÿ]+(?:['-][A-Za-zÀ-ÖØ-öø-ÿ]+)*'?)*$/
/** Longer text is no name: what comes behind is not read. In code units. */
const longestField = 300

/** The words of a field, without remarks, web addresses and stray punctuation. "&" stays: it joins two people. */
export function wordsOf(field: string | null | undefined): string[] {
  if (!field) return []
  if (field.length <= longestField && plain.test(field)) return joined(field.split(' '))
  const text = withoutRemarks(
    field.slice(0, longestField).normalize('NFC').replace(invisible, '').replace(apostrophes, "'"),
  )
  const all = text
    .replace(/(?<=^|[^\p{L}])(\p{L})\.(?=\p{L}(?:[^\p{L}]|$))/gu, initial)
    .replace(/\s*[+&]\s*|(?<=\p{L}{2})\/(?=\p{L}{2})/gu, ' & ')
    .replace(/(?<=\p{L})\s+-\s*(?=\p{L})|(?<=\p{L})-\s+(?=\p{L})/gu, '-')
    .split(/[\s,;"“”()[\]{}<>\p{C}\p{So}\p{Extended_Pictographic}]+/u)
    .map(word => word.replace(/^[-–—|_*.:/]+|[-–—|_*:/]+$/g, ''))
    .filter(word => word === '&' || (/\p{L}/u.test(word) && foldName(word) !== '' && !/@|^https?:|^www\./i.test(word)))
  return trimmed(joined(all))
}

/** "J.R." is two initials; "M.D." and "Ph.D." are not. */
function initial(dotted: string, letter: string, at: number, text: string): string {
  return /^[^\s,]*$/.test(text.slice(at)) && suffixes.has(bare(text.slice(at))) && bare(text.slice(at)) !== 'jr'
    ? dotted
    : `${letter}. `
}

function bare(word: string): string {
  return word.replace(/[^\p{L}]/gu, '').toLowerCase()
}

/** Without what is said in brackets or double quotes, where a name is left. */
function withoutRemarks(text: string): string {
  const rest = text
    .replace(remarks, '')
    .replace(/\([^)]*\)|\[[^\]]*\]|\{[^}]*\}|(?<=^|\s)[([{].*$|["“”][^"“”]*["“”]/gu, ' ')
    .trim()
  return /\p{L}/u.test(rest) ? rest : text
}

/** "O'" and what follows are one word, and so are "Mc" and what follows, and "O" where an Irish name follows. */
function joined(all: string[]): string[] {
  return all.reduce<string[]>((before, word) => {
    const open = before.at(-1)
    if (open === undefined || word === '&' || !isOpen(open, word)) return [...before, word]
    return [...before.slice(0, -1), `${open}${/^o$/i.test(open) ? "'" : ''}${word}`]
  }, [])
}

function isOpen(open: string, next: string): boolean {
  if (/^[od]'$/i.test(open) || /^mc$/i.test(open)) return /^\p{L}{2}/u.test(next)
  return /^o$/i.test(open) && irishNames.has(next.toLowerCase())
}

/** Without "&" at either end. */
export function trimmed(all: string[]): string[] {
  if (!all.includes('&')) return all
  return all.slice(
    all.findIndex(word => word !== '&'),
    all.findLastIndex(word => word !== '&') + 1,
  )
}

/** Takes titles off the front and suffixes off the end. */
export function setApart({ first, last }: Parts): Parts & { titles: string[]; suffixes: string[] } {
  const all = [...first, ...last]
  const start = all.findIndex((word, at) => !(titles.has(foldName(word)) || (at > 0 && isJoint(word))))
  const from = start === -1 ? all.length : start
  let to = all.length
  while (to > from + 1 && isBehind(all, from, to)) to--
  const middle = Math.min(Math.max(first.length, from), to)
  return {
    titles: all.slice(0, from),
    first: all.slice(from, middle),
    last: all.slice(middle, to),
    suffixes: trimmed(all.slice(to)),
  }
}

/** Whether the last word belongs behind the name. Junior is a name where there is but one other. */
function isBehind(all: string[], from: number, to: number): boolean {
  const word = all[to - 1]!
  return word === '&' || (isSuffix(word) && (to > from + 2 || !/^(?:ju|se)nior$/i.test(word)))
}

/** Whether a word is one that comes behind a name: Jr, III, M.D. */
export function isSuffix(word: string): boolean {
  return suffixes.has(bare(word))
}

/** A word that joins two people. */
export function isJoint(word: string): boolean {
  return word === '&' || word.toLowerCase() === 'and'
}

/** Whether words are the name of a company; `isOneField` when nobody said which of them are the last name. */
export function isCompany(whole: string[], isOneField: boolean): boolean {
  const folded = whole.map(foldName)
  const end = folded.at(-1)!
  if (folded.length < 2) return false
  if (legalForms.has(end) || folded.some(word => companyWords.has(word))) return true
  if (whole.includes('&') && ['co', 'sons', 'daughters', 'bros', 'brothers'].includes(end)) return true
  return isPlace(folded) || (softCompanyWords.has(end) && (isOneField || folded.length > 2))
}

function isPlace(folded: string[]): boolean {
  const isCalled = ['the', 'st', 'saint'].includes(folded[0]!) || folded.includes('of')
  return isCalled && folded.some(word => placeWords.has(word))
}

/** Whether words stand for a name that is not known: "test", "N/A", "No Name", "xxx". */
export function isNoName(all: string[]): boolean {
  return all.length > 0 && all.every(word => isNoWord(word) || noNamesAlone.has(foldName(word)))
}

/** Whether a field says that a name is not known, beside another field that does. */
export function isNoField(all: string[]): boolean {
  return all.length > 0 && all.every(isNoWord)
}

function isNoWord(word: string): boolean {
  const low = word.toLowerCase()
  // Na is a Korean name.
  return (
    (noNames.has(low) && word !== 'Na') ||
    /^(\p{L})\1{2,}$/u.test(low) ||
    /^(?:asdf|qwer|sdfg|zxcv|dfgh|hjkl)/.test(low)
  )
}

/** Makes two fields of one, when only one was filled. */
export function split(bare: ReturnType<typeof setApart>): Parts {
  if (bare.first.length > 0 && bare.last.length > 0) return bare
  const whole = [...bare.first, ...bare.last]
  const isLast = bare.last.length > 0 || bare.titles.length > 0
  const eastern = isLast ? null : familyFirst(whole)
  if (eastern) return eastern
  if (whole.length < 2) return isLast ? { first: [], last: whole } : { first: whole, last: [] }
  const at = lastNameStart(whole, bare.last.length > 0)
  return { first: trimmed(whole.slice(0, at)), last: trimmed(whole.slice(at)) }
}

/** Chinese family names of two letters. */
const longFamilies: ReadonlySet<string> = new Set(
  '欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 司徒 令狐 慕容 夏侯 南宫 南宮'.split(' '),
)

/** Names in Chinese, Japanese and Korean letters begin with the family's, with or without a space behind it: 张伟, 김 민수. */
function familyFirst(whole: string[]): Parts | null {
  const [only = '', ...given] = whole
  if (!whole.every(word => /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u.test(word)))
    return null
  if (given.length > 0) return { first: given, last: [only] }
  const letters = [...only]
  if (letters.length < 2 || letters.length > 4 || !/^[\p{Script=Han}\p{Script=Hangul}]+$/u.test(only)) return null
  const at = letters.length === 4 || longFamilies.has(letters.slice(0, 2).join('')) ? 2 : 1
  return at < letters.length ? { first: [letters.slice(at).join('')], last: [letters.slice(0, at).join('')] } : null
}

function lastNameStart(whole: string[], isLastField: boolean): number {
  const particle = whole.findIndex((_, at) => at > 0 && at < whole.length - 1 && isParticle(whole, at))
  const isAllLast = isParticle(whole, 0) && (isLastField || particle === 1)
  return isAllLast ? 0 : particle === -1 ? whole.length - 1 : particle
}

function isParticle(whole: string[], at: number): boolean {
  const word = foldName(whole[at]!)
  return particles.has(word) && !(word === 'van' && familiesAfterVan.has(foldName(whole[at + 1] ?? '')))
}

/** A first name field that holds the whole name, beside a last name: "Anna Berg", "Berg". */
export function withoutEnding(first: string[], last: string[]): string[] {
  const rest = trimmed(first.slice(0, -last.length))
  const isRepeated =
    last.length > 0 && rest.length > 0 && foldName(first.slice(-last.length).join(' ')) === foldName(last.join(' '))
  return isRepeated ? withoutEnding(rest, last) : first
}
