import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { households, phoneOf } from './people-households.ts'
import { mixes, type MixName } from './people-mix.ts'
import { allNames, type Names } from './people-names.ts'
import { seeded, type Random } from './people-random.ts'
import { columns, rowsOf, type PersonRow } from './people-rows.ts'
import { typing } from './people-typing.ts'

/** Which people: the same settings give the same rows, to the byte. */
export interface PeopleAsk {
  /** How many rows, without those of the giant account. */
  rows: number
  seed: number
  mix?: MixName
  /**
   * So many further orders on one email and one phone, under many customers' names: who orders for others. Each name is
   * a person of its own. The other rows are the same with and without it.
   */
  giant?: number
}

/** Rows of one household are no further apart than about this. */
const shuffledWithin = 65_536

/** Invented people as vendors know them, with the truth about who is who; in no particular order, and streamed: memory does not grow with the rows. */
export function* people({ rows, seed, mix = 'usual', giant = 0 }: PeopleAsk): Generator<PersonRow> {
  const names = allNames()
  const accounts = giantRows(names, seeded(seed + 1_000_003))
  let given = 0
  let at = 0
  for (const row of shuffled(ordinaryRows({ rows, seed, mix, names }), seeded(seed + 2_000_003))) {
    yield row
    for (at += 1; given < Math.floor((at / rows) * giant); given++) yield accounts.next().value as PersonRow
  }
}

function* ordinaryRows({ rows, seed, mix, names }: { rows: number; seed: number; mix: MixName; names: Names }) {
  const random = seeded(seed)
  let count = 0
  const settings = mixes[mix]
  const writing = { random, mix: settings, typing: typing(random, settings), nextId: () => `r${count + 1}` }
  for (const household of households(random, names, settings)) {
    for (const row of rowsOf(household, writing)) {
      if (count === rows) return
      yield row
      count += 1
    }
  }
}

/** Orders that staff type for customers, on the business's own contacts. */
function* giantRows(names: Names, random: Random): Generator<PersonRow> {
  const contacts = { email: 'orders@our-own-shop.example', phone: `0${phoneOf(random)}` }
  for (let number = 1; ; number++) {
    const first = (random.chance(0.5) ? names.man(random) : names.woman(random)).name
    const last = names.surname(random)
    const person = `g${first} ${last}`.toLowerCase().replaceAll(' ', '-')
    const name = { first_name: first, last_name: last, name: '' }
    yield { id: `g${number}`, source: 'salestools', ...name, ...contacts, partner_of: '', person, couple: '' }
  }
}

/** Each row changes places with one of those before it. */
function* shuffled(rows: Iterable<PersonRow>, random: Random): Generator<PersonRow> {
  const kept: PersonRow[] = []
  for (const row of rows) {
    if (kept.length < shuffledWithin) {
      const at = random.below(kept.length + 1)
      const other = kept[at]
      kept[at] = row
      if (other) kept.push(other)
    } else {
      const at = random.below(kept.length)
      yield kept[at]!
      kept[at] = row
    }
  }
  yield* kept
}

/** The rows as a file: UTF-8, a header, commas, quotes where needed; in pieces of about 64 KiB. */
export function* csvOf(rows: Iterable<PersonRow>): Generator<string> {
  let text = `${columns.join(',')}\n`
  for (const row of rows) {
    text += `${columns.map(column => field(row[column])).join(',')}\n`
    if (text.length < 65_536) continue
    yield text
    text = ''
  }
  yield text
}

function field(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** `node people.ts --rows 100000 --seed 7 [--giant 5000] [--mix harsh] > people.csv` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rows: { type: 'string' }, seed: { type: 'string' }, giant: { type: 'string' }, mix: { type: 'string' } },
  })
  const [rows, seed, giant] = [values.rows ?? '100000', values.seed ?? '7', values.giant ?? '0'].map(Number) as [
    number,
    number,
    number,
  ]
  const mix = values.mix ?? 'usual'
  if (![rows, seed, giant].every(Number.isSafeInteger) || !(mix in mixes)) {
    console.error(`people.ts --rows 100000 --seed 7 [--giant 5000] [--mix ${Object.keys(mixes).join(' | ')}]`)
    process.exitCode = 2
    return
  }
  for (const text of csvOf(people({ rows, seed, giant, mix: mix as MixName }))) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }
}

if (process.argv[1] === import.meta.filename) await main()
