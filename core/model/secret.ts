import { z } from 'zod'

/** A setting that is never printed or logged. */
export function secret(): z.ZodString {
  return z.string().min(1).meta({ secret: true })
}

/** One or several secrets, for the time while one replaces another: a list, or one text with commas between. Never printed or logged. */
export function secrets(): z.ZodType<string[]> {
  const listed = (given: unknown): unknown =>
    typeof given === 'string' ? given.split(/[\s,]+/).filter(Boolean) : given
  return z.preprocess(listed, z.array(secret()).min(1)).meta({ secret: true })
}
