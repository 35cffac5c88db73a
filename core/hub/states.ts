import { z } from 'zod'

/** How a part is doing. */
export const partStateSchema = z.object({
  name: z.string(),
  kind: z.enum(['adapter', 'plugin']),
  state: z.enum(['starting', 'on', 'ailing', 'failed', 'off']),
  /** Why it is not simply on. */
  because: z.string().nullable(),
  /** What goes when it is switched off. */
  takesWithIt: z.array(z.string()),
})

export type PartState = z.output<typeof partStateSchema>
