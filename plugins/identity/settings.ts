import { createHash } from 'node:crypto'
import { z, type Evidence } from '@switchboard/core'
import { modelSchema, type Model } from './engine/model.ts'
import { people } from './engine/models/people.ts'
import { mistakesIn, stepNames } from './pipeline/steps.ts'

/** What an install may settle beforehand: what counts as evidence, and which steps weigh it in which order. */
export interface Matching {
  model?: Model
  steps?: readonly string[]
  cap?: number
  reliability?: Readonly<Record<string, number>>
}

/** The options of the plugin. Everything that decides who is who, and how often the sources are read. */
export const identityOptions = optionsWith({})

/** The same options, with other defaults. */
export function optionsWith(matching: Matching) {
  return z.strictObject({
    /** Where phones without a country code are from, as a two-letter ISO 3166 code. */
    region: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be a country as two capital letters, such as AU')
      .default('AU'),
    /** How often all sources are read: "5 minutes" or a cron expression; null only by hand. */
    schedule: z.string().nullable().default('5 minutes'),
    /** Above so many different people an email or phone is generic and tells nobody apart. */
    cap: z
      .int()
      .min(2)
      .prefault(matching.cap ?? matching.model?.cap ?? 200),
    /** What counts as evidence, and how much. */
    model: modelSchema.prefault(matching.model ?? people),
    /** The steps, in order. */
    steps: z
      .array(z.string())
      .superRefine((names, context) => {
        for (const message of mistakesIn(names)) context.addIssue({ code: 'custom', message })
      })
      .prefault([...(matching.steps ?? stepNames)]),
    /** How much each source's word counts for names, emails and phones; 1 where it is not listed. */
    reliability: z.record(z.string(), z.number().positive()).prefault({ ...matching.reliability }),
  })
}

export type IdentityOptions = z.output<typeof identityOptions>

/** Changes whenever an option or the evidence of a plugin changes that decides who is who. */
export function fingerprintOf({ schedule: _, ...deciding }: IdentityOptions, evidence: readonly Evidence[]): string {
  const said = JSON.stringify([deciding, evidence], (_, value: unknown) =>
    typeof value === 'function' ? value.toString() : value,
  )
  return createHash('sha256').update(said).digest('base64url')
}
