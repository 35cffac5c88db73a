import { z } from '@switchboard/core'

const shares = z.record(z.string(), z.number())
const pairs = z.array(z.tuple([z.string(), z.string()]))

/** What was learned from data, as plain JSON: whoever matches with the same one comes to the same answer. */
export const trainedSchema = z.object({
  /** Made of the content: two that say the same have the same version. */
  version: z.string(),
  model: z.string(),
  /** How many distinct signatures it was learned from. */
  rows: z.number(),
  /** How likely two rows are one person, before anything is compared. */
  prior: z.number(),
  /** How likely they are two people of one household. */
  household: z.number(),
  /** By comparison and level: how often one person's rows have it (m), anybody's (u), a household's (h). */
  comparisons: z.record(z.string(), z.object({ m: shares, u: shares, h: shares })),
  /** By key field: how many signatures usually share a value. */
  typical: shares,
  /** By field and value: its share of all signatures, and the share of what is not listed. */
  shares: z.record(z.string(), shares),
  rest: shares,
  /** First names that one person uses, learned; and pairs that are two people's whatever the table says. */
  aliases: pairs,
  never: pairs,
  /** First names met often enough to be known words, besides the listed. */
  givenNames: z.array(z.string()),
})

/** What was learned from data. */
export type Trained = z.output<typeof trainedSchema>
