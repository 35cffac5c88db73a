import type { Column, Comparator, Population, Table } from '@switchboard/core'
import { isSlip } from './slip.ts'
import { readStreet, type Street } from './street.ts'

/** What two addresses can be to each other, the closest first; 0 is missing. */
export const dwellingLevels = ['equal', 'close', 'building', 'street', 'postcode', 'other'] as const

const [equal, close, building, sameStreet, samePostcode, other] = [1, 2, 3, 4, 5, 6]

/**
 * Compares a clean street and a clean postcode. `equal` is the same door or post box, `close` the same with a slip, `building` another
 * or an unsaid unit of one house (or the same street line, the postcode of one unsaid), then `street`, `postcode`, and `other`. A post box
 * says nothing against a street: people have both. Of several addresses the closest two count. A third field is the first name: all is
 * missing where one has none, or where the two begin otherwise and are no aliases, because a door that is shared cannot tell whose it is.
 */
export const dwellings: Comparator = {
  levels: dwellingLevels,
  compile(table, [street = '', postcode = '', first], population) {
    const streets = column(table, street)
    const postcodes = column(table, postcode)
    const isOneName = first === undefined ? () => true : comparingNames(column(table, first), population)
    const compare = comparingValues(streets, postcodes)
    return (a, b) => (isOneName(a, b) ? closest(pairsOf(streets, a, b), pairsOf(postcodes, a, b), compare) : 0)
  },
}

function comparingNames(names: Column, { isAlias }: Population): (a: number, b: number) => boolean {
  return (a, b) =>
    pairsOf(names, a, b).some(([one, another]) => {
      if (one < 0 || another < 0) return false
      const [text, other] = [names.text(one), names.text(another)]
      return text[0] === other[0] || isAlias(text, other)
    })
}

type Values = readonly [one: number, other: number]
type CompareValues = (streets: Values, postcodes: Values) => number

/** A field that the table does not have is one that is missing everywhere. */
function column(table: Table, field: string): Column {
  const none = {
    ids: new Int32Array(table.count).fill(-1),
    start: null,
    size: 0,
    hash: new Float64Array(),
    text: () => '',
  }
  return table.fields[field] ?? none
}

function pairsOf({ ids, start }: Column, a: number, b: number): Values[] {
  if (!start) return [[ids[a]!, ids[b]!]]
  const [from, to] = [start[a]!, start[b]!]
  const [some, others] = [start[a + 1]! - from, start[b + 1]! - to]
  if (some < 2 && others < 2) return [[some === 0 ? -1 : ids[from]!, others === 0 ? -1 : ids[to]!]]
  const values = (at: number, count: number): readonly number[] =>
    count === 0 ? [-1] : [...ids.subarray(at, at + count)]
  return values(from, some).flatMap(one => values(to, others).map(another => [one, another] as const))
}

function closest(streets: Values[], postcodes: Values[], compare: CompareValues): number {
  if (streets.length === 1 && postcodes.length === 1) return compare(streets[0]!, postcodes[0]!)
  const found = streets
    .flatMap(street => postcodes.map(postcode => compare(street, postcode)))
    .filter(level => level > 0)
  return found.length > 0 ? Math.min(...found) : 0
}

function comparingValues(streets: Column, postcodes: Column): CompareValues {
  const read = readOnce(streets)
  return (street, postcode) => {
    const where = comparePostcodes(postcodes, postcode)
    const [one, another] = street
    if (one < 0 || another < 0) return withoutStreet(where)
    return compareStreets(read(one), read(another), { where, isSame: one === another })
  }
}

/** How two postcodes agree. */
type Where = 'same' | 'close' | 'unsaid' | 'other'

function comparePostcodes({ text }: Column, [one, another]: Values): Where {
  if (one < 0 || another < 0) return 'unsaid'
  if (one === another) return 'same'
  return isSlip(text(one), text(another)) ? 'close' : 'other'
}

function withoutStreet(where: Where): number {
  return where === 'unsaid' ? 0 : where === 'same' ? samePostcode! : other!
}

function compareStreets(one: Street, another: Street, { where, isSame }: { where: Where; isSame: boolean }): number {
  if ((one.box === null) !== (another.box === null)) return where === 'same' ? samePostcode! : 0
  if (where === 'other') return other!
  const isDoor = one.box !== null || one.number !== null
  if (isSame && isDoor) return atDoor[where]
  const isStreet = one.box === null && isLike(one.name, another.name)
  if (!isStreet) return where === 'same' ? samePostcode! : other!
  return compareHouses(one, another, where)
}

function compareHouses(one: Street, another: Street, where: Where): number {
  const isHouse = one.number !== null && houseOf(one) === houseOf(another)
  if (!isHouse) return where === 'unsaid' ? other! : sameStreet!
  return one.unit === another.unit ? nearDoor[where] : building!
}

/** The very same street line, by how the postcodes agree. */
const atDoor: { readonly [where in Where]: number } = {
  same: equal!,
  close: close!,
  unsaid: building!,
  other: other!,
}
/** The same house and unit in a street a slip away. */
const nearDoor: typeof atDoor = { ...atDoor, same: close! }

/** One street, a slip or its kind ("High" and "High Street") aside. Fifth Street is not a slip of Sixth Street. */
function isLike(one: string, another: string): boolean {
  if (one === another) return true
  const [short, long] = one.length < another.length ? [one, another] : [another, one]
  if (long.startsWith(`${short} `) && !long.includes(' ', short.length + 1)) return true
  return one.length > 4 && !/\d/.test(one + another) && isSlip(one, another)
}

/** The first number of a house, without its letter: 12a and 12-14 are by the same gate. */
function houseOf({ number }: Street): string {
  return /^\d*/.exec(number ?? '')![0]
}

function readOnce({ text }: Column): (id: number) => Street {
  const known = new Map<number, Street>()
  return id => {
    const found = known.get(id) ?? readStreet(text(id))
    known.set(id, found)
    return found
  }
}
