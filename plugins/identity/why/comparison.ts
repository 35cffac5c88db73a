import { probabilityAt, rounded } from './bits.ts'
import type { Comparison, Step } from './show.ts'
import { fieldName, inWords, listed, signed } from './words.ts'

/** One field's part in a comparison, as it is stored or explained. */
export interface Share {
  field: string
  level: string
  bits: number
  m?: number | null
  u?: number | null
  rarityBits?: number
}

/** What one side of a comparison says. */
export interface Sided {
  source: string
  externalId: string
  name: string
  signature: string
  /** By field, as text. */
  values: Readonly<Record<string, string | null>>
}

/** Two who were compared. `weight` may hold more than the fields' bits: what was known before, and what fields say together. */
export interface Weighed {
  a: Sided | null
  b: Sided | null
  weight: number
  shares: readonly Share[]
  threshold: number
  /** What would turn it, where it is known already. */
  flips?: string
}

/** A comparison as it is shown: field by field to its sum, with what would turn it. */
export function showComparison({ a, b, weight, shares, threshold, flips }: Weighed): Comparison {
  const waterfall = waterfallOf(weight, shares, [a, b])
  const side = (one: Sided | null): Comparison['a'] =>
    one && { source: one.source, externalId: one.externalId, name: one.name, signature: one.signature }
  return {
    ...{ a: side(a), b: side(b), waterfall },
    because: inWords(waterfall),
    weight: rounded(weight),
    probability: probabilityAt(weight),
    flips: flips || flipsOf(waterfall, weight, threshold),
  }
}

function waterfallOf(weight: number, shares: readonly Share[], [a, b]: readonly [Sided | null, Sided | null]): Step[] {
  const rest = rounded(weight - shares.reduce((sum, { bits }) => sum + bits, 0))
  const before: Share[] = rest === 0 ? [] : [{ field: 'prior', level: 'known', bits: rest }]
  let total = 0
  return [...before, ...shares].map(({ field, level, bits, m = null, u = null, rarityBits = 0 }) => {
    total += bits
    return {
      ...{ field, level, m, u },
      values: [valueOf(a, field), valueOf(b, field)],
      bits: rounded(bits),
      rarityBits: rounded(rarityBits),
      total: rounded(total),
    }
  })
}

function valueOf(side: Sided | null, field: string): string | null {
  return side && Object.hasOwn(side.values, field) ? (side.values[field] ?? null) : null
}

/** What would turn it: the least that two who are one would have to lose, or two who are not would have to gain. */
export function flipsOf(waterfall: readonly Step[], weight: number, threshold: number): string {
  const margin = weight - threshold
  if (margin > 0) {
    const lost = fewest(
      waterfall.filter(({ bits }) => bits > 0),
      margin,
    )
    if (lost.length === 0) return 'nothing that was compared would turn it alone'
    return `without the same ${listed(lost.map(({ field }) => fieldName(field)))} it would not hold`
  }
  const against = fewest(
    waterfall
      .filter(({ bits, field }) => bits < 0 && field !== 'household')
      .map(step => ({ ...step, bits: -step.bits })),
    -margin,
  )
  const missing = waterfall.filter(({ level }) => level === 'missing').map(({ field }) => fieldName(field))
  const gained = missing.length > 0 ? `, such as the same ${missing.join(' or ')}` : ''
  const less = against.length > 0 ? `, or no other ${listed(against.map(({ field }) => fieldName(field)))}` : ''
  return `${signed(-margin)} bits more would make them one${gained}${less}`
}

/** The fewest steps, the weightiest first, that come to more than so many bits; none when all do not. */
function fewest(steps: readonly Step[], bits: number): Step[] {
  const chosen: Step[] = []
  let sum = 0
  for (const step of steps.toSorted((a, b) => b.bits - a.bits)) {
    if (step.field === 'prior' || step.field === 'household') continue
    chosen.push(step)
    sum += step.bits
    if (sum > bits) return chosen
  }
  return []
}
