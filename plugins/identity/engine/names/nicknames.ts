import { nicknamesAToF } from './nicknames-a-f.ts'
import { nicknamesArabic } from './nicknames-arabic.ts'
import { nicknamesEast } from './nicknames-east.ts'
import { nicknamesGToM } from './nicknames-g-m.ts'
import { nicknamesIndian } from './nicknames-indian.ts'
import { nicknamesJoined } from './nicknames-joined.ts'
import { nicknamesNToZ } from './nicknames-n-z.ts'
import { nicknamesSouth } from './nicknames-south.ts'

/** One line of the table. */
interface Group {
  full: readonly string[]
  /** Go with the full names and with one another. */
  short: readonly string[]
  /** Go with the full names only. */
  loose: readonly string[]
}

const groups: readonly Group[] = [
  nicknamesAToF,
  nicknamesGToM,
  nicknamesNToZ,
  nicknamesSouth,
  nicknamesEast,
  nicknamesArabic,
  nicknamesIndian,
  nicknamesJoined,
].flatMap(readTable)

const aliases: ReadonlyMap<string, ReadonlySet<string>> = related(groups, ({ full, short, loose }) => [
  [full, full],
  [full, short],
  [short, full],
  [short, short],
  [full, loose],
  [loose, full],
])

/**
 * Whether one person may be written with both given names: a short form and its full name, two short forms of one full name, two
 * spellings, or one name in one word and in two ("mary ann", "maryann"). Takes folded names. It holds both ways, but does not
 * carry over: Bert is a Robert and an Albert, yet no Robert is an Albert.
 */
export function areNicknames(one: string, other: string): boolean {
  return aliases.get(one)?.has(other) === true || isJoined(one, other)
}

/** All given names that the table knows, folded. */
export function namesOfTable(): Iterable<string> {
  return aliases.keys()
}

function isJoined(one: string, other: string): boolean {
  if (one.length === other.length || !(one.includes(' ') || other.includes(' '))) return one === other
  return one.replaceAll(' ', '') === other.replaceAll(' ', '')
}

function readTable(table: string): Group[] {
  const lines = table.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return lines.map(line => {
    const [named = '', loose = ''] = line.split('~')
    const [full = '', short = ''] = named.split('=')
    return { full: wordsOf(full), short: wordsOf(short), loose: wordsOf(loose) }
  })
}

function wordsOf(list: string): string[] {
  return list
    .split(' ')
    .filter(word => word !== '')
    .map(word => word.replaceAll('_', ' '))
}

type Relation = readonly [readonly string[], readonly string[]]

function related(all: readonly Group[], relations: (group: Group) => readonly Relation[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const [ones, others] of all.flatMap(relations)) for (const one of ones) addTo(found, one, others)
  return found
}

function addTo(found: Map<string, Set<string>>, one: string, others: readonly string[]): void {
  const known = found.get(one) ?? new Set()
  for (const other of others) if (other !== one) known.add(other)
  found.set(one, known)
}
