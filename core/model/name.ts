/** A name as one field or two, the way a vendor has it. */
export interface WrittenName {
  firstName?: string | null
  lastName?: string | null
  /** The whole name in one field; read only when both others are empty. */
  name?: string | null
}

/** A cleaned name, fit to be shown; what is missing is null. Compare with `foldName`. */
export interface Name {
  /** Mr, Dr and the like, set apart because people are written with and without. */
  title: string | null
  first: string | null
  last: string | null
  /** Jr, III and the like. */
  suffix: string | null
  /** A company written where a person belongs. It is no person: the other fields are null then. */
  company: string | null
}

const titles = words('mr mister mrs ms miss mx dr doctor prof professor sir dame rev reverend hon')
const suffixes = words('jr jnr sr snr ii iii iv esq phd md oam')
/** Where a last name of several words begins. Words that are as often names of their own (Le, Do, Al) are left out. */
const particles = words('van von der den de del della dos das da di du bin binti ibn ter ten zu zur st')
/** Legal forms: at the end they make a company. */
const legalForms = words('pty ltd limited llc llp inc incorporated gmbh plc corp corporation pvt')
/** Words that no person is called, wherever they stand. */
const companyWords = words('university council department holdings enterprises solutions')
/** Letters that no accent comes off. */
const letters: ReadonlyMap<string, string> = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }),
)
const apostrophes = /['’‘ʼ`´]/g

/**
 * What two spellings of one name have in common: case, accents, apostrophes, dots and doubled spaces are folded away.
 * For comparing only: "O’Brien" and "obrien" are both "obrien".
 */
export function foldName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f.]/g, '')
    .replace(apostrophes, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, letter => letters.get(letter) ?? letter)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * Cleans a name as a vendor wrote it: spaces and apostrophes made alike, titles and suffixes set apart, names all in capitals or
 * all in small letters put right, accents kept. A name crammed into one field is split before its last word, or before a known
 * particle ("Anna van der Berg"), or at the comma ("Berg, Anna"). Cleaning a clean name changes nothing.
 */
export function cleanName(written: WrittenName): Name {
  const bare = setApart(fieldsOf(written))
  const whole = [...bare.first, ...bare.last]
  if (isCompany(whole)) return { title: null, first: null, last: null, suffix: null, company: whole.join(' ') }
  const { first, last } = split(bare)
  const shown = inCase({ first: withoutEnding(first, last), last })
  return {
    title: text(bare.titles),
    first: text(shown.first),
    last: text(shown.last),
    suffix: text(bare.suffixes),
    company: null,
  }
}

interface Words {
  first: string[]
  last: string[]
}

function fieldsOf({ firstName, lastName, name }: WrittenName): Words {
  const first = wordsOf(firstName)
  const last = wordsOf(lastName)
  if (first.length > 0 || last.length > 0) return { first, last }
  const [before = '', after = '', ...more] = (name ?? '').split(',')
  const isTurned =
    more.length === 0 && wordsOf(before).length > 0 && wordsOf(after).some(word => !suffixes.has(foldName(word)))
  return isTurned ? { first: wordsOf(after), last: wordsOf(before) } : { first: wordsOf(name), last: [] }
}

/** The words of a field, without stray punctuation. "&" stays: it joins two people. */
function wordsOf(field: string | null | undefined): string[] {
  const all = (field ?? '')
    .normalize('NFC')
    .replace(apostrophes, "'")
    .split(/[\s,;"\p{C}]+/u)
    .map(word => word.replace(/^[-_*.:/]+|[-_*:/]+$/g, ''))
    .filter(word => word === '&' || (foldName(word) !== '' && /\p{L}/u.test(word)))
  return trimmed(all)
}

function trimmed(all: string[]): string[] {
  return all.slice(
    all.findIndex(word => word !== '&'),
    all.findLastIndex(word => word !== '&') + 1,
  )
}

/** Takes titles off the front and suffixes off the end. */
function setApart({ first, last }: Words): Words & { titles: string[]; suffixes: string[] } {
  const all = [...first, ...last]
  const start = all.findIndex((word, at) => !(titles.has(foldName(word)) || (at > 0 && isJoint(word))))
  const from = start === -1 ? all.length : start
  let to = all.length
  while (to > from + 1 && (all[to - 1] === '&' || suffixes.has(foldName(all[to - 1]!)))) to--
  const middle = Math.min(Math.max(first.length, from), to)
  return {
    titles: all.slice(0, from),
    first: all.slice(from, middle),
    last: all.slice(middle, to),
    suffixes: trimmed(all.slice(to)),
  }
}

function isJoint(word: string): boolean {
  return word === '&' || word.toLowerCase() === 'and'
}

function isCompany(whole: string[]): boolean {
  const folded = whole.map(foldName)
  const isLegal = folded.length > 1 && legalForms.has(folded.at(-1)!)
  const isFirm = whole.includes('&') && ['co', 'sons'].includes(folded.at(-1)!)
  return isLegal || isFirm || (folded.length > 1 && folded.some(word => companyWords.has(word)))
}

/** Makes two fields of one, when only one was filled. */
function split(bare: ReturnType<typeof setApart>): Words {
  if (bare.first.length > 0 && bare.last.length > 0) return bare
  const whole = [...bare.first, ...bare.last]
  const isLast = bare.last.length > 0 || bare.titles.length > 0
  if (whole.length < 2) return isLast ? { first: [], last: whole } : { first: whole, last: [] }
  const at = lastNameStart(whole, bare.last.length > 0)
  return { first: trimmed(whole.slice(0, at)), last: trimmed(whole.slice(at)) }
}

function lastNameStart(whole: string[], isLastField: boolean): number {
  const particle = whole.findIndex((word, at) => at > 0 && at < whole.length - 1 && particles.has(foldName(word)))
  const isAllLast = particles.has(foldName(whole[0]!)) && (isLastField || particle === 1)
  return isAllLast ? 0 : particle === -1 ? whole.length - 1 : particle
}

/** A first name field that holds the whole name, beside a last name: "Anna Berg", "Berg". */
function withoutEnding(first: string[], last: string[]): string[] {
  const rest = trimmed(first.slice(0, -last.length))
  const isRepeated =
    last.length > 0 && rest.length > 0 && foldName(first.slice(-last.length).join(' ')) === foldName(last.join(' '))
  return isRepeated ? withoutEnding(rest, last) : first
}

function inCase({ first, last }: Words): Words {
  const whole = [...first, ...last].join('')
  if (whole !== whole.toUpperCase() && whole !== whole.toLowerCase()) return { first, last }
  const low = (word: string, at: number, all: string[]): boolean => at < all.length - 1 && particles.has(foldName(word))
  return {
    first: first.map(capital),
    last: last.map((word, at, all) => (low(word, at, all) ? word.toLowerCase() : capital(word))),
  }
}

function capital(word: string): string {
  return word
    .toLowerCase()
    .replace(/(^|-)(\p{Ll})|(')(\p{Ll})(?=\p{L}{2})/gu, upper)
    .normalize('NFC')
}

/** A letter whose capital is two letters stays as it is. */
function upper(part: string): string {
  const large = part.toUpperCase()
  return large.length === part.length ? large : part
}

function text(words: string[]): string | null {
  return words.length > 0 ? words.join(' ') : null
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}
