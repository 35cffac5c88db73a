/**
 * How alike two texts are by Jaro and Winkler, from 0 to 1: letters found within half the longer length of their place, less
 * half the swapped ones, and a boost for up to four equal letters at the start.
 * Jaro = (c/|a| + c/|b| + (c − t)/c) / 3; Winkler 1990 adds l · 0.1 · (1 − J) where J > 0.7.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1
  // Where letters repeat, the greedy search finds different ones from either side: the order is settled first.
  const jaro = a.length < b.length || (a.length === b.length && a < b) ? jaroOf(a, b) : jaroOf(b, a)
  return jaro > 0.7 ? jaro + commonStart(a, b) * 0.1 * (1 - jaro) : jaro
}

/** What was found of each text is one bit a letter: letters after the 30th are not looked at. */
const mostLetters = 30

function jaroOf(short: string, long: string): number {
  const reach = Math.max((long.length >> 1) - 1, 0)
  const to = Math.min(short.length, mostLetters)
  let found = 0
  let taken = 0
  let count = 0
  for (let i = 0; i < to; i++) {
    const letter = short.charCodeAt(i)
    const end = Math.min(long.length, mostLetters, i + reach + 1)
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if ((taken >> j) & 1 || long.charCodeAt(j) !== letter) continue
      found |= 1 << i
      taken |= 1 << j
      count++
      break
    }
  }
  if (count === 0) return 0
  const moved = movedIn({ short, long }, found, taken)
  const [less, more] = [Math.min(short.length, mostLetters), Math.min(long.length, mostLetters)]
  return (count / less + count / more + (count - moved / 2) / count) / 3
}

/** How many of the letters found stand in another order. */
function movedIn({ short, long }: { short: string; long: string }, found: number, taken: number): number {
  let moved = 0
  let j = 0
  for (let i = 0; found >> i !== 0; i++) {
    if (((found >> i) & 1) === 0) continue
    while (((taken >> j) & 1) === 0) j++
    if (short.charCodeAt(i) !== long.charCodeAt(j)) moved++
    j++
  }
  return moved
}

function commonStart(a: string, b: string): number {
  const most = Math.min(4, a.length, b.length)
  let at = 0
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return at
}

/** Whether one letter added, left out, changed or swapped with its neighbour at most makes one text of the other. */
// oxlint-disable-next-line complexity -- the hottest of all: a scan from either end, without a call or an object
export function isOneEdit(a: string, b: string): boolean {
  if (a.length > b.length) return isOneEdit(b, a)
  const longer = b.length - a.length
  if (longer > 1) return false
  let from = 0
  while (from < a.length && a.charCodeAt(from) === b.charCodeAt(from)) from++
  let end = a.length
  while (end > from && a.charCodeAt(end - 1) === b.charCodeAt(end - 1 + longer)) end--
  if (longer === 1) return end === from
  return end - from <= 1 || (end - from === 2 && a[from] === b[from + 1] && a[from + 1] === b[from])
}

/**
 * Edits between two texts, where swapping two neighbours is one edit (Damerau and Levenshtein, no letter edited twice). What both
 * begin and end with is left out.
 * @param most gives up above this many and says `most + 1`
 */
export function editsBetween(a: string, b: string, most: number): number {
  if (a.length > b.length) return editsBetween(b, a, most)
  const longer = b.length - a.length
  if (longer > most) return most + 1
  let from = 0
  while (from < a.length && a.charCodeAt(from) === b.charCodeAt(from)) from++
  let end = a.length
  while (end > from && a.charCodeAt(end - 1) === b.charCodeAt(end - 1 + longer)) end--
  return end === from ? longer : editsInBand(a.slice(from, end), b.slice(from, end + longer), most)
}

/** The recurrence of `editsBetween`, looking only at a band of `most` on either side of the diagonal (Ukkonen 1985). */
// oxlint-disable-next-line complexity -- the recurrence as it is written down, in one place
function editsInBand(short: string, long: string, most: number): number {
  let before = Array.from({ length: long.length + 1 }, () => most + 1)
  let above = [...before]
  let row = [...before]
  for (let j = 0; j <= Math.min(long.length, most); j++) above[j] = j
  let leastAbove = 0
  for (let i = 1; i <= short.length; i++) {
    const first = Math.max(1, i - most)
    const last = Math.min(long.length, i + most)
    row[first - 1] = first === 1 ? i : most + 1
    const letter = short.charCodeAt(i - 1)
    let least = row[first - 1]!
    for (let j = first; j <= last; j++) {
      const other = long.charCodeAt(j - 1)
      let edits = above[j - 1]! + (letter === other ? 0 : 1)
      if (j < i + most && above[j]! + 1 < edits) edits = above[j]! + 1
      if (row[j - 1]! + 1 < edits) edits = row[j - 1]! + 1
      const isSwap = i > 1 && j > 1 && letter === long.charCodeAt(j - 2) && short.charCodeAt(i - 2) === other
      if (isSwap && before[j - 2]! + 1 < edits) edits = before[j - 2]! + 1
      row[j] = edits
      if (edits < least) least = edits
    }
    if (least > most && leastAbove > most) return most + 1
    leastAbove = least
    ;[before, above, row] = [above, row, before]
  }
  return Math.min(above[long.length]!, most + 1)
}

/**
 * Whether two words are one with a slip: one edit where the shorter has under five letters, else 0.9 by Jaro and Winkler where neither
 * is more than two letters longer; or one with its vowels left out.
 */
export function isClose(a: string, b: string): boolean {
  if (isOneEdit(a, b)) return Math.min(a.length, b.length) > 1
  if (Math.min(a.length, b.length) >= 5 && Math.abs(a.length - b.length) <= 2) return jaroWinkler(a, b) >= 0.9
  return isWithoutVowels(a, b)
}

const vowels = /[aeiou]/
const leastConsonants = 3

/** Whether two words are the same but for vowels that one of them leaves out, as scripts do that write consonants: "faisal", "fysl". */
function isWithoutVowels(a: string, b: string): boolean {
  if (vowels.test(a) === vowels.test(b)) return false
  const consonants = consonantsOf(a)
  return consonants.length >= leastConsonants && consonants === consonantsOf(b)
}

function consonantsOf(text: string): string {
  return text.replace(/[aeiouyw' ]/g, '').replace(/(.)\1+/g, '$1')
}
