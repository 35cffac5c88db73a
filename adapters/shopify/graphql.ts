import { VendorError, second, z, type HttpRequest, type Kit } from '@switchboard/core'
import type { Tokens } from './token.ts'

/** A shop and how it is asked. */
export interface Shop {
  /** No slash at the end. */
  url: string
  tokens: Tokens
  apiVersion: string
  kit: Pick<Kit, 'http' | 'log' | 'now'>
}

/** A question in GraphQL. */
export interface Question {
  query: string
  variables?: object
  /** Whether asking twice does no harm. Default true. */
  idempotent?: boolean
}

/** What the shop says went wrong: with all of the question, or with one field of the answer. */
export interface GraphqlError {
  message: string
  /** Such as `ACCESS_DENIED`. */
  code: string | null
  /** Where in the data, such as `['orders', 'edges', 0, 'node', 'customer']`. */
  path: (string | number)[] | null
}

/** The leaky bucket of cost points, as an answer told it: a question needs `requested` points to be there. */
export interface Cost {
  requested: number
  available: number
  /** Points a second. */
  restoreRate: number
}

/** What the shop answered. */
export interface Answer<T> {
  data: T
  /** Errors that leave the data usable. */
  errors: GraphqlError[]
  cost: Cost | null
}

const error = z
  .object({
    message: z.string(),
    path: z.array(z.union([z.string(), z.number()])).nullish(),
    extensions: z.object({ code: z.string().nullish() }).nullish(),
  })
  .transform(({ message, path, extensions }) => ({ message, path: path ?? null, code: extensions?.code ?? null }))

const cost = z
  .object({
    requestedQueryCost: z.number(),
    throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number().positive() }),
  })
  .transform(({ requestedQueryCost, throttleStatus: { currentlyAvailable, restoreRate } }): Cost => ({
    ...{ requested: requestedQueryCost, available: currentlyAvailable, restoreRate },
  }))

const envelope = z.object({
  data: z.unknown().optional(),
  errors: z
    .union([z.array(error), z.string().transform(message => [{ message, path: null, code: null }])])
    .nullish()
    .transform(errors => errors ?? []),
  extensions: z.object({ cost: cost.nullish().catch(null) }).nullish(),
})

/**
 * Asks the shop. GraphQL tells errors with status 200: those that leave the data usable come back beside it.
 * @throws ShopRefusal; for a question over the shop's cost limit it is retryable, with the time until the bucket has filled enough
 */
export async function ask<T>(shop: Shop, question: Question, shape: z.ZodType<T>): Promise<Answer<T>> {
  const { data, errors, extensions } = await withToken(shop, token =>
    shop.kit.http.json(requestOf(shop, question, token), envelope),
  )
  const known = extensions?.cost ?? null
  const read = shape.safeParse(data)
  if (read.success) return { data: read.data, errors, cost: known }
  if (errors.length > 0) throw new ShopRefusal(errors, known)
  throw new VendorError(`the shop answered something unexpected: ${z.prettifyError(read.error)}`)
}

/** The headers of an answer to the smallest question there is. @throws VendorError when the shop does not answer it */
export async function askHeaders(shop: Shop): Promise<Readonly<Record<string, string>>> {
  return withToken(shop, async token => {
    const { status, headers } = await shop.kit.http.send(requestOf(shop, { query: '{ shop { name } }' }, token))
    if (status === 200) return headers
    throw new VendorError(`the shop answers ${status}${hints[status] ?? ''}`, { vendorStatus: status })
  })
}

const hints: { readonly [status: number]: string | undefined } = {
  401: ': the access token is not accepted',
  403: ': the access token may not do this',
  404: ": check the shop's domain and the API version",
}

/** The shop refused a question as a whole. */
export class ShopRefusal extends VendorError {
  readonly errors: GraphqlError[]

  constructor(errors: GraphqlError[], known: Cost | null) {
    const worst = errors.find(({ code }) => code === 'THROTTLED') ?? errors[0]
    const code = worst?.code ?? undefined
    super(`the shop refused: ${worst?.message ?? 'no reason given'}`, {
      retryable: code !== undefined && passing.has(code),
      retryAfterMs: code === 'THROTTLED' ? waitMs(known) : undefined,
      vendorStatus: 200,
      vendorCode: code,
    })
    this.errors = errors
  }
}

/** Codes after which the same question may be answered. */
const passing = new Set(['THROTTLED', 'INTERNAL_SERVER_ERROR', 'TIMEOUT'])

/** What fills the bucket enough for any question, at the slowest rate there is: where the shop does not say how long to wait. */
const usualWaitMs = 5 * second

/** How long until the bucket has `requested` points: it fills by `restoreRate` a second. */
export function waitMs(known: Cost | null): number {
  if (!known) return usualWaitMs
  return Math.max(0, Math.ceil(((known.requested - known.available) / known.restoreRate) * second))
}

/**
 * Goes on when the next question, of `requested` points, fits what the shop takes now.
 * @param last what the last answer told, and when
 * @throws VendorError, retryable, with the time until it fits
 */
export function afford(last: Cost & { at: Date }, requested: number, now: Date): void {
  const filled = ((now.getTime() - last.at.getTime()) / second) * last.restoreRate
  const retryAfterMs = waitMs({ ...last, requested, available: last.available + filled })
  if (retryAfterMs === 0) return
  throw new VendorError('the shop has to be given time: reading on costs more than it takes now', {
    ...{ retryable: true, retryAfterMs, vendorCode: 'THROTTLED' },
  })
}

/** Does something with a token. One that expires and is refused all the same is renewed, once. A 429 without a time gets one. */
async function withToken<T>(shop: Shop, work: (token: string) => Promise<T>): Promise<T> {
  const token = await shop.tokens.get()
  try {
    return await work(token)
  } catch (error) {
    if (shop.tokens.isRenewable && statusOf(error) === 401) return work(await shop.tokens.get(token))
    throw statusOf(error) === 429 ? timed(error as VendorError) : error
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof VendorError ? error.vendorStatus : undefined
}

function timed(error: VendorError): VendorError {
  if (error.retryAfterMs !== undefined) return error
  return new VendorError(error.message, {
    cause: error,
    retryable: true,
    retryAfterMs: usualWaitMs,
    vendorStatus: 429,
    vendorCode: error.vendorCode,
  })
}

function requestOf(
  { url, apiVersion }: Shop,
  { query, variables, idempotent = true }: Question,
  token: string,
): HttpRequest {
  return {
    url: `${url}/admin/api/${apiVersion}/graphql.json`,
    method: 'POST',
    headers: { 'x-shopify-access-token': token },
    body: { query, variables },
    idempotent,
  }
}
