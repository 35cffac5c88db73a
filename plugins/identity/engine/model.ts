import { z, type PersonRole } from '@switchboard/core'

/** What is compared of two people. */
export const fields = ['first', 'last', 'email', 'phone'] as const

export type Field = (typeof fields)[number]

/** How one field of two people compares. A field missing on either side says nothing: 0 bits. */
export type Level = 'missing' | 'differs' | 'equal'

const bits = z.strictObject({ equal: z.number(), differs: z.number() })
const role = z.enum([
  'customer',
  'billing',
  'shipping',
  'primary',
  'partner',
  'client',
  'contact',
] satisfies PersonRole[])

/** What counts as evidence that two records name one person, and how much. */
export const modelSchema = z.strictObject({
  name: z.string().min(1),
  /** Bits (base 2) by field and level; they add up, and p = 1 / (1 + 2^−W). */
  weights: z.strictObject({ first: bits, last: bits, email: bits, phone: bits }),
  /** Two are one above this probability. */
  threshold: z.number().gt(0.5).lt(1),
  /** Roles that, named by one record, are two people by its own statement: they are never one, whatever else agrees. */
  apart: z.array(z.tuple([role, role])),
})

export type Model = z.output<typeof modelSchema>

/** The bits one level of one field is worth. */
export function bitsOf(model: Model, field: Field, level: Level): number {
  return level === 'missing' ? 0 : model.weights[field][level]
}

/** The weight in bits that a probability stands for: 0.99 is 6.63. */
export function bitsAt(probability: number): number {
  return Math.log2(probability / (1 - probability))
}

/** The probability that a weight in bits stands for. */
export function probabilityAt(weight: number): number {
  return 1 / (1 + 2 ** -weight)
}
