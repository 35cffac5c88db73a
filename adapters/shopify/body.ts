import { HubError, z } from '@switchboard/core'

/** Shopify's ids in webhooks: numbers, as text where a double cannot hold them. */
export const idNumber = z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform(String)

/** A body in the given shape. @throws HubError `bad_body` that names the place */
export function understood<T>(shape: z.ZodType<T>, given: unknown): T {
  const read = shape.safeParse(given)
  if (read.success) return read.data
  throw new HubError('bad_body', `the delivery cannot be read: ${z.prettifyError(read.error)}`, { cause: read.error })
}

type ExactReviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** JSON with whole numbers that a double cannot hold as text: Shopify's ids may be so large. @throws HubError `bad_body` */
export function parseExact(body: Buffer): unknown {
  const exact: ExactReviver = (_, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source ?? '') ? source : value
  try {
    return JSON.parse(body.toString('utf8'), exact as (key: string, value: unknown) => unknown)
  } catch (cause) {
    throw new HubError('bad_body', 'the delivery is not JSON', { cause })
  }
}
