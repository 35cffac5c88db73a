import type { Mix } from './people-mix.ts'
import type { Random } from './people-random.ts'

/** What people do to what they know when they type it. */
export interface Typing {
  /** A word with an error, or as it is. */
  name(text: string): string
  /** All in capitals or small, accents and apostrophes otherwise. */
  spelled(text: string): string
  email(address: string): string
  /** The number (digits after the country code of Australia, or with "+" of another) in one of the ways it is written. */
  phone(number: string): string
}

const letters = 'abcdefghijklmnopqrstuvwxyz'
/** What sounds alike, or nearly. */
const alike: readonly (readonly [string, string])[] = [
  ...[['ph', 'f'] as const, ['ck', 'k'] as const, ['ie', 'y'] as const, ['ey', 'y'] as const, ['ee', 'ea'] as const],
  ...[['c', 'k'] as const, ['s', 'z'] as const, ['i', 'y'] as const, ['ll', 'l'] as const, ['nn', 'n'] as const],
  ...[
    ['th', 't'] as const,
    ['sch', 'sh'] as const,
    ['ei', 'ie'] as const,
    ['ou', 'oo'] as const,
    ['er', 'or'] as const,
  ],
]
const junkEmails = ['none@none.com', 'noemail@noemail.com', 'test@test.com', 'na@na.com', 'instore@shop.example', 'n/a']
const junkPhones = ['0000000000', '0400000000', '1111111111', '0412345678', '12345678', '0', 'n/a', '0499 999 999']

/** @param random where every error comes from */
export function typing(random: Random, mix: Mix): Typing {
  const name = (text: string): string => (random.chance(mix.nameTypo) ? mistyped(text, random) : text)
  const email = (address: string): string => {
    if (random.chance(mix.junkEmail)) return random.pick(junkEmails)
    const typed = random.chance(mix.alias) ? aliased(address, random) : address
    return random.chance(mix.emailTypo) ? mistypedLocal(typed, random) : typed
  }
  const phone = (number: string): string => {
    if (random.chance(mix.junkPhone)) return random.pick(junkPhones)
    return written(random.chance(mix.phoneTypo) ? mistypedDigit(number, random) : number, random)
  }
  return { name, email, phone, spelled: text => (random.chance(mix.spelling) ? respelled(text, random) : text) }
}

/** One letter more, less, other or swapped, or what sounds alike. */
function mistyped(text: string, random: Random): string {
  if (text.length < 3) return text
  if (random.chance(0.35)) return misheard(text, random)
  const at = 1 + random.below(text.length - 1)
  const letter = letters[random.below(26)]!
  const edits = [
    () => text.slice(0, at) + letter + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + letter + text.slice(at + 1),
    () => text.slice(0, at - 1) + text[at] + text[at - 1] + text.slice(at + 1),
  ]
  return random.pick(edits)()
}

function misheard(text: string, random: Random): string {
  const low = text.toLowerCase()
  const fitting = alike
    .flatMap(([one, other]) => [[one, other] as const, [other, one] as const])
    .filter(([from]) => low.includes(from, 1))
  if (fitting.length === 0) return text + text.at(-1)
  const [from, to] = random.pick(fitting)
  const at = low.indexOf(from, 1)
  return text.slice(0, at) + to + text.slice(at + from.length)
}

function mistypedLocal(address: string, random: Random): string {
  const split = address.indexOf('@')
  return random.chance(0.75)
    ? mistyped(address.slice(0, split), random) + address.slice(split)
    : address.slice(0, split + 1) + mistyped(address.slice(split + 1), random)
}

function mistypedDigit(number: string, random: Random): string {
  const at = number.length - 1 - random.below(6)
  return random.chance(0.5)
    ? number.slice(0, at) + random.below(10) + number.slice(at + 1)
    : number.slice(0, at - 1) + number[at] + number[at - 1] + number.slice(at + 1)
}

/** Another way to write an address that reaches the same mailbox. */
function aliased(address: string, random: Random): string {
  const [local, domain] = address.split('@') as [string, string]
  const way = random.below(3)
  if (way === 0) return `${local[0]!.toUpperCase()}${local.slice(1)}@${domain}`
  if (way === 1 && domain === 'gmail.com') {
    const at = 1 + random.below(local.length - 1)
    return local.includes('.')
      ? `${local.replaceAll('.', '')}@${domain}`
      : `${local.slice(0, at)}.${local.slice(at)}@${domain}`
  }
  return `${local}+${random.pick(['shop', 'news', 'orders', 'web', 'info'])}@${domain}`
}

const apostrophes = ['’', '', '`', ' ']

function respelled(text: string, random: Random): string {
  const way = random.below(4)
  if (way === 0) return text.toUpperCase()
  if (way === 1) return text.toLowerCase()
  const plain = text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
  return way === 2 ? plain : plain.replace(/'/g, () => random.pick(apostrophes))
}

/** @param number nine digits of Australia, or "+" and all digits of another country */
function written(number: string, random: Random): string {
  if (number.startsWith('+')) return random.chance(0.5) ? number : number.replace(/^(\+\d\d)(\d{3})(\d+)$/, '$1 $2 $3')
  const [a, b, c] = number.startsWith('4')
    ? [number.slice(0, 3), number.slice(3, 6), number.slice(6)]
    : [number.slice(0, 1), number.slice(1, 5), number.slice(5)]
  const ways = [
    ...[`0${number}`, `0${a} ${b} ${c}`, `+61${number}`, `+61 ${a} ${b} ${c}`, `0${a}-${b}-${c}`],
    ...[`(0${a}) ${b} ${c}`, `61${number}`, `+61 (0)${number}`],
  ]
  return random.chance(0.8) ? ways[random.below(4)]! : ways[4 + random.below(4)]!
}
