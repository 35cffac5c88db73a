import { randomOf, seedOf, type Random } from './random.ts'
import { places } from './shop.ts'

/** Where somebody lives. */
export interface Home {
  /** Of a building with several, such as "3". */
  unit: string | null
  /** Such as "12". */
  number: string
  /** Such as "Station Street". */
  street: string
  city: string
  region: string
  zip: string
  country: string
}

/** Where a home is, as somebody wrote it into a form with two lines. */
export interface WrittenPlace {
  street: string
  /** The second line. */
  unit: string | null
  city: string
  region: string
  zip: string
  country: string
}

const streets = [
  ...['High', 'Station', 'Church', 'Albert', 'Wattle', 'Banksia', 'Mill', 'Orchard', 'Harbour', 'St Georges'].map(
    name => `${name} Street`,
  ),
  ...['Victoria', 'Old Mill', 'Beach', 'Lighthouse', 'Gum Tree'].map(name => `${name} Road`),
  ...['Park', 'Myrtle', 'Second'].map(name => `${name} Avenue`),
  ...['Railway Parade', 'Crown Crescent', 'Quarry Lane', 'The Esplanade', "O'Connell Terrace"],
]

const shortened: readonly (readonly [string, string])[] = [
  ['Street', 'St'],
  ['Road', 'Rd'],
  ['Avenue', 'Ave'],
  ['Parade', 'Pde'],
  ['Crescent', 'Cres'],
  ['Terrace', 'Tce'],
]

/** The home of whoever goes by this text, the same whenever it is asked for. Three in ten live in flats. */
export function homeOf(who: string): Home {
  const random = randomOf(seedOf(0, `home of ${who}`))
  const unit = random.chance(0.3) ? String(random.int(1, 24)) : null
  return { unit, number: String(random.int(1, 180)), street: random.pick(streets), ...random.pick(places) }
}

/** A home as people type it: "3/12 High St", "Unit 3, 12 High Street", or the unit on the second line. Draws one number. */
export function wrotePlace(random: Random, { unit, number, street, ...town }: Home): WrittenPlace {
  const own = randomOf(random.int(0, 0x7fff_ffff))
  const name = own.chance(0.5) ? street : short(street)
  const house = `${number} ${own.chance(0.06) ? name.toUpperCase() : name}`
  if (unit === null) return { street: house, unit: null, ...town }
  const way = own.next()
  if (way < 0.45) return { street: `${unit}/${house}`, unit: null, ...town }
  if (way < 0.8) return { street: house, unit: `Unit ${unit}`, ...town }
  return { street: way < 0.9 ? `Unit ${unit}, ${house}` : `Apt ${unit} ${house}`, unit: null, ...town }
}

function short(street: string): string {
  const found = shortened.find(([long]) => street.endsWith(` ${long}`))
  return found ? street.slice(0, -found[0].length) + found[1] : street
}
