import { z } from '@switchboard/core'

/** One field's part in a comparison. `total` is the sum so far, in bits. */
export const StepShown = z.object({
  field: z.string(),
  values: z.tuple([z.string().nullable(), z.string().nullable()]),
  level: z.string(),
  m: z.number().nullable().meta({ description: 'How often one person’s records compare so.' }),
  u: z.number().nullable().meta({ description: 'How often two people’s records do.' }),
  bits: z.number(),
  rarityBits: z.number().meta({ description: 'The part of `bits` that comes of how rare the value is.' }),
  total: z.number(),
})

const SideShown = z.object({ source: z.string(), externalId: z.string(), name: z.string(), signature: z.string() })

/** Two who were compared: field by field, what it adds up to, and what would turn it. */
export const ComparisonShown = z.object({
  a: SideShown.nullable(),
  b: SideShown.nullable(),
  because: z.string(),
  waterfall: z.array(StepShown),
  weight: z.number(),
  probability: z.number(),
  flips: z.string(),
})

/** Everybody in a profile who says exactly the same. */
export const NodeShown = z.object({
  signature: z.string(),
  name: z.string(),
  source: z.string(),
  externalId: z.string(),
  sources: z.array(z.string()),
  records: z.int(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
})

const HalfShown = z.object({ signatures: z.array(z.string()), records: z.int() })

/** A line of the ledger, as people read it. */
export const HistoryShown = z.object({
  id: z.string(),
  what: z.string(),
  at: z.string(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  profileId: z.string(),
  others: z.array(z.string()),
  canUndo: z.boolean(),
})

/** What holds a profile together, and what would not. */
export const StructureShown = z.object({
  nodes: z.array(NodeShown),
  weakest: z
    .object({ link: z.int(), margin: z.number(), halves: z.tuple([HalfShown, HalfShown]), isBridge: z.boolean() })
    .nullable()
    .meta({
      description: 'The place in `links` of what holds the halves together, and by how many bits more than needed.',
    }),
  bridges: z.array(z.object({ link: z.int(), records: z.tuple([z.int(), z.int()]) })),
  conflicts: z.array(z.object({ field: z.string(), values: z.array(z.string()), signatures: z.array(z.string()) })),
  split: z.string(),
  history: z.array(HistoryShown),
})

/** Bits and probability above which two are one. */
export const ThresholdShown = z.object({ probability: z.number(), bits: z.number() })

/** Why two profiles are not one. */
export const ApartShown = z.object({
  profileId: z.string(),
  with: z.string(),
  names: z.tuple([z.string(), z.string()]),
  model: z.string(),
  threshold: ThresholdShown,
  because: z.array(z.string()),
  decisions: z.array(
    z.object({ id: z.string(), by: z.string(), at: z.string(), reason: z.string().nullable(), kind: z.string() }),
  ),
  best: ComparisonShown.nullable(),
  flips: z.string(),
})

export type Comparison = z.output<typeof ComparisonShown>
export type Step = z.output<typeof StepShown>
export type WhyNode = z.output<typeof NodeShown>
export type Structure = z.output<typeof StructureShown>
export type Apart = z.output<typeof ApartShown>

/** What the picture of a profile is drawn from. */
export interface Why extends Structure {
  displayName: string
  model: string
  threshold: z.output<typeof ThresholdShown>
  links: Comparison[]
}
