import { VendorError, z, type HttpRequest, type Kit } from '@switchboard/core'

/** A shop and how it is asked. */
export interface Shop {
  url: string
  token: string
  apiVersion: string
  kit: Pick<Kit, 'http' | 'log' | 'now'>
}

/** A question in GraphQL that changes nothing. */
export interface Question {
  query: string
  variables?: object
}

/** The request that asks a question. */
export function request({ url, token, apiVersion }: Shop, question: Question): HttpRequest {
  return {
    url: `${url.replace(/\/$/, '')}/admin/api/${apiVersion}/graphql.json`,
    method: 'POST',
    headers: { 'x-shopify-access-token': token },
    body: question,
    idempotent: true,
  }
}

/** What the shop says went wrong: with all of the question, or with one field of the answer. */
export interface GraphqlError {
  message: string
  /** Such as `ACCESS_DENIED`. */
  code: string | null
  /** Where in the data, such as `['orders', 'edges', 0, 'node', 'customer']`. */
  path: (string | number)[] | null
}

const error = z
  .object({
    message: z.string(),
    path: z.array(z.union([z.string(), z.number()])).nullish(),
    extensions: z.object({ code: z.string().nullish() }).nullish(),
  })
  .transform(({ message, path, extensions }) => ({ message, path: path ?? null, code: extensions?.code ?? null }))

const cost = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number().positive() }),
})

const envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .union([z.array(error), z.string().transform(message => [{ message, path: null, code: null }])])
    .nullish()
    .transform(errors => errors ?? []),
  extensions: z.object({ cost: cost.nullish().catch(null) }).nullish(),
})

/**
 * Asks the shop one read-only question. GraphQL tells errors with status 200: those that leave the data usable come back beside it.
 * @throws VendorError; for a query over the shop's cost limit it is retryable, with the time until the bucket has filled enough
 */
export async function ask<T>(
  shop: Shop,
  question: Question,
  shape: z.ZodType<T>,
): Promise<{ data: T; errors: GraphqlError[] }> {
  const answer = await shop.kit.http.json(request(shop, question), envelope)
  const data = shape.safeParse(answer.data)
  if (data.success) return { data: data.data, errors: answer.errors }
  throw refusal(answer) ?? new VendorError(`the shop answered something unexpected: ${z.prettifyError(data.error)}`)
}

/** Codes after which the same question may be answered. */
const passing = new Set(['THROTTLED', 'INTERNAL_SERVER_ERROR', 'TIMEOUT'])

function refusal({ errors, extensions }: z.output<typeof envelope>): VendorError | null {
  const first = errors.find(({ code }) => code === 'THROTTLED') ?? errors[0]
  if (!first) return null
  const retryAfterMs = first.code === 'THROTTLED' && extensions?.cost ? refillMs(extensions.cost) : undefined
  return new VendorError(`the shop refused: ${first.message}`, {
    retryable: first.code !== null && passing.has(first.code),
    retryAfterMs,
    vendorStatus: 200,
    vendorCode: first.code ?? undefined,
  })
}

/** The bucket fills by `restoreRate` points a second. */
function refillMs({ requestedQueryCost, throttleStatus }: z.output<typeof cost>): number {
  const missing = requestedQueryCost - throttleStatus.currentlyAvailable
  return Math.max(0, Math.ceil((missing / throttleStatus.restoreRate) * 1000))
}
