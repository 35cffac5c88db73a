import { foldName } from '@switchboard/core'
import { directions, levelWords, noStreets, streetTypes, unitWords } from './street-words.ts'

/** The parts of a clean street line; what is not said is null. */
export interface Street {
  /** Such as "po box 12". There is nothing else then. */
  box: string | null
  /** Of a building with several: "3", "4b"; "l2" is a whole floor. */
  unit: string | null
  /** "12", "12a" or "12-14". */
  number: string | null
  /** "high street", or all words of a line without a number. */
  name: string
}

/** Nobody's street is longer, in characters; what is longer is something else. */
const longest = 200
/** Every address takes two; what takes more than these is none. */
const mostRounds = 5
const unitValue = /^(?:[a-z]?\d{1,5}[a-z]?(?:-\d{1,5})?|[a-z])$/
const houseNumber = /^\d{1,6}[a-z]?(?:-\d{1,6}[a-z]?)?$/
/** "unit3", "u3", "l2", "no12": a word and its number, written as one. */
const glued = /^(unit|u|apt|flat|suite|shop|lot|villa|level|lvl|l|floor|box|no)(\d{1,5}[a-z]?)$/
const boxes =
  /(?:^| )(?:(gpo) box|(locked|private|mail) bag|(parcel) (?:locker|collect)|(?:p ?o|post|postal|post office) ?box|^box)(?: (?:no|number))? (\d+[a-z]?)(?= |$)/

/** No post box is written without one of these. */
const boxWords = /box|bag|locker|collect|[^ -~]/i

/**
 * A street line as people write it, in one spelling: "Unit 3, 12 High St.", "U3/12 High Street" and "12 High Street #3" are all
 * "3/12 high street". Small letters without accents; kinds of street, directions and post boxes in their long or usual form; floors,
 * building names and who it is care of are left out where a house number says enough. Cleaning a clean line changes nothing.
 * @returns null where no street is named
 */
export function cleanStreet(raw: string | null | undefined): string | null {
  if (!raw || raw.length > longest) return null
  return plainStreet(raw) ?? settled(raw, mostRounds)
}

/** A number and words of letters, as most people write it. */
const plain = /^ *[1-9]\d{0,5}[A-Za-z]?(?: +[A-Za-z]{2,})+\.? *$/
/** Words that may say something else than the name of a street. */
const telling = new Set('box bag locker collect care attn no number po gpo post postal office'.split(' '))

/** The short way: a number and a name in which every word is one of a name; null where it takes more to tell. */
function plainStreet(raw: string): string | null {
  if (!plain.test(raw)) return null
  const [number = '', ...words] = raw
    .toLowerCase()
    .replace('.', '')
    .split(' ')
    .filter(word => word !== '')
  if (words.some(isTelling)) return null
  const name = nameOf(words)
  const isSettled = name !== '' && nameOf(name.split(' ')) === name
  return isSettled ? `${number} ${name}` : null
}

/** Cleans what was cleaned until nothing changes: a word that goes can bring others together that mean something. */
function settled(line: string, rounds: number): string | null {
  const next = rounds > 0 ? cleanedOnce(line) : null
  return next === null || next === line || isPlain(next) ? next : settled(next, rounds - 1)
}

/** "3/12 high street": a dwelling, a number and words of letters. */
const plainLine = /^(?:[a-tv-z]?[1-9]\d{0,4}[a-z]?\/)?[1-9]\d{0,5}[a-z]?(?: [a-z]{2,})+$/

/** Whether a clean line says nothing but what it would say when it was cleaned once more. */
function isPlain(line: string): boolean {
  if (!plainLine.test(line)) return false
  const name = line.slice(line.indexOf(' ') + 1)
  const words = name.split(' ')
  return !words.some(isTelling) && nameOf(words) === name
}

/** Whether a word may say something else than the name of a street. */
function isTelling(word: string): boolean {
  return unitWords.has(word) || levelWords.has(word) || telling.has(word)
}

function cleanedOnce(line: string): string | null {
  const parts = partsOf(line)
  const box = boxWords.test(line) ? boxes.exec(parts.flat().join(' ')) : null
  if (box) return boxOf(box)
  const { unit, rest } = takeUnit(parts)
  return shown(numbered(rest, unit))
}

/** The parts of a line that `cleanStreet` made. */
export function readStreet(clean: string): Street {
  if (boxes.test(clean) || clean.startsWith('bag ')) return { box: clean, unit: null, number: null, name: '' }
  const [first = '', ...words] = clean.split(' ')
  const [number = '', unit = null] = first.split('/').toReversed()
  if (!houseNumber.test(number) || words.length === 0) return { box: null, unit: null, number: null, name: clean }
  return { box: null, unit, number, name: words.join(' ') }
}

function boxOf([, general, bag, parcel, number = '']: RegExpExecArray): string {
  const kind = general ? 'gpo box' : bag ? `${bag} bag` : parcel ? 'parcel locker' : 'po box'
  return `${kind} ${bare(number)}`
}

/** Words between commas, folded. Slashes and dashes are kept between numbers only. */
function partsOf(line: string): string[][] {
  const folded = foldedLine(line)
  return (/[#/–—-]/.test(folded) ? tightened(folded) : folded)
    .split(/[,;\n\r]/)
    .map(wordsOf)
    .filter(words => words.length > 0)
}

/** `foldName`, with the marks kept that say how numbers belong together. ASCII needs less to come to the same. */
function foldedLine(line: string): string {
  if (/^[ -~]*$/.test(line))
    return ` ${line
      .toLowerCase()
      .replace(/[.'`]/g, '')
      .replace(/[^a-z\d,;#/-]+/g, ' ')} `
  return line
    .normalize('NFKC')
    .split(/([,;\n\r#/–—-])/)
    .map(piece => (/^[,;\n\r#/–—-]$/.test(piece) ? piece : ` ${foldName(piece)} `))
    .join('')
}

function tightened(folded: string): string {
  const careOf = folded.includes('/') ? folded.replace(/(?:^|(?<=[,; ]))c *\/ *(?:o(?= )|[-–—])/g, 'care of ') : folded
  const ranged = careOf.replace(/(\d[a-z]?) *[-–—] *(?=\d)/g, '$1-')
  return (ranged.includes('/') ? ranged.replace(/([a-z\d]) *\/ *(?=\d)/g, '$1/') : ranged)
    .replace(/#(?= *[a-z]?\d)/g, ' unit ')
    .replace(/[#–—]|\/(?!\d)|-(?!\d)/g, ' ')
}

const digit = /\d/
const plainNumber = /^\d+$/

function wordsOf(part: string): string[] {
  const words: string[] = []
  for (const word of part.split(' ')) {
    if (!digit.test(word)) {
      if (word !== '') words.push(word)
      continue
    }
    if (/^\d/.test(word) && /^no$|^number$/.test(words.at(-1) ?? '')) words.pop()
    if (plainNumber.test(word)) words.push(word)
    else words.push(...apart(word))
  }
  return words[0] === 'care' || words[0] === 'attn' ? withoutCare(words) : words
}

/** The words in what is written as one: "unit3" is unit 3, "3/12" is unit 3 of 12. */
function apart(word: string): string[] {
  const stuck = glued.exec(word)
  if (stuck) return stuck[1] === 'no' ? [stuck[2]!] : [stuck[1]!, stuck[2]!]
  const pieces = word.split('/')
  const [unit = '', number = ''] = pieces.slice(-2)
  if (pieces.length === 1) return pieces
  const value = /^u\d/.test(unit) ? unit.slice(1) : unit
  return unitValue.test(value) && houseNumber.test(number) ? ['unit', value, number] : pieces
}

/** Whoever takes it in, up to the number of their house. */
function withoutCare(words: string[]): string[] {
  const start = words.findIndex(word => /\d/.test(word) || unitWords.has(word) || levelWords.has(word))
  return start === -1 ? [] : words.slice(start)
}

interface Taken {
  unit: string | null
  rest: string[][]
}

/** Takes the dwelling out, wherever it stands; else the floor. */
function takeUnit(parts: string[][]): Taken {
  const found: { unit?: string; level?: string } = {}
  const rest = parts.map(words => takeFrom(words, found)).filter(words => words.length > 0)
  return { unit: found.unit ?? (found.level ? `l${found.level}` : null), rest }
}

function takeFrom(words: string[], found: { unit?: string; level?: string }): string[] {
  for (let at = 0; at < words.length; at++) {
    const taken = unitAt(words, at) ?? levelAt(words, at)
    if (!taken) continue
    if (taken.kind === 'unit') found.unit ??= taken.value
    if (taken.kind === 'level') found.level ??= taken.value
    return takeFrom(words.toSpliced(at, taken.count), found)
  }
  return words
}

type Designator = { kind: 'unit' | 'level' | 'none'; value: string; count: number }

function unitAt(words: string[], at: number): Designator | null {
  if (!unitWords.has(words[at]!)) return null
  const value = words[at + 1] ?? ''
  const after = words[at + 2]
  if (unitWords.has(value)) return { kind: 'none', value: '', count: 1 }
  const isLetter = /^[a-z]$/.test(value)
  if (!unitValue.test(value) || (isLetter && after !== undefined && !houseNumber.test(after))) return null
  return { kind: 'unit', value: bare(value), count: 2 }
}

function levelAt(words: string[], at: number): Designator | null {
  const word = words[at]!
  const next = words[at + 1] ?? ''
  if (!levelWords.has(word)) return levelWords.has(next) ? ordinalLevel(word) : null
  if (unitWords.has(next)) return { kind: 'none', value: '', count: 1 }
  if (/^(?:\d{1,3}|g)$/.test(next)) return { kind: 'level', value: bare(next), count: 2 }
  return levelWords.has(next) ? ordinalLevel(word) : null
}

/** "2nd floor", "ground floor". */
function ordinalLevel(word: string): Designator | null {
  const ordinal = /^(?:(g)(?:round)?|(\d{1,3})(?:st|nd|rd|th))$/.exec(word)
  return ordinal && { kind: 'level', value: ordinal[1] ?? bare(ordinal[2]!), count: 2 }
}

/** Finds the house number: before the street, or after it. Other parts are names of buildings and towns. */
function numbered(parts: string[][], unit: string | null): Omit<Street, 'box'> {
  const before = parts.findIndex(([first = '']) => houseNumber.test(first))
  if (before >= 0) return numberFirst(joined(parts, before), unit)
  const after = parts.find(words => words.length > 1 && houseNumber.test(words.at(-1)!))
  if (after) return numberFirst([after.at(-1)!, ...after.slice(0, -1)], unit)
  const isNumber = unit !== null && houseNumber.test(unit)
  return { unit: null, number: isNumber ? unit : null, name: nameOf(parts.flat()) }
}

/** A number alone between commas belongs to what follows. */
function joined(parts: string[][], at: number): string[] {
  const isAlone = parts[at]!.every(word => houseNumber.test(word))
  return isAlone ? [...parts[at]!, ...(parts[at + 1] ?? [])] : parts[at]!
}

/** Two numbers are a dwelling and its house. */
function numberFirst([first = '', ...words]: string[], unit: string | null): Omit<Street, 'box'> {
  const isUnit = unit === null && houseNumber.test(words[0] ?? '') && unitValue.test(first) && words.length > 1
  if (isUnit) return numberFirst(words, bare(first))
  return { unit, number: bare(first), name: nameOf(words) }
}

function nameOf(words: string[]): string {
  const isBare = words[0] !== 'the' || words.length < 2 || /\d/.test(words[1]!)
  if (!isBare) return nameOf(words.slice(1))
  if (words.every(word => noStreets.has(word))) return ''
  const last = words.length - 1
  const isTurned = last > 1 && directions.has(words[last]!) && streetTypes.has(words[last - 1]!)
  const kindAt = isTurned ? last - 1 : last
  const isLed = kindAt > 1 || (kindAt === 1 && !streetTypes.has(words[1]!))
  return words
    .map((word, at) => {
      if (at > 0 && at === kindAt) return streetTypes.get(word) ?? inFull(word)
      const isDirection = (isTurned && at === last) || (isLed && at === 0)
      return (isDirection ? directions.get(word) : undefined) ?? inFull(word)
    })
    .join(' ')
}

/** "Hauptstr" is "Hauptstraße"; "St" where no kind of street stands is a saint. */
function inFull(word: string): string {
  return word === 'st' ? 'saint' : word.length > 6 && word.endsWith('str') ? `${word}asse` : word
}

function shown({ unit, number, name }: Omit<Street, 'box'>): string | null {
  if (name === '') return null
  return number === null ? name : `${unit === null ? '' : `${unit}/`}${number} ${name}`
}

/** A number without the zeros before it. */
function bare(number: string): string {
  return number.includes('0') ? number.replace(/(?<!\d)0+(?=\d)/g, '') : number
}
