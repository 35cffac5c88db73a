import { VendorError, z, type HttpRequest, type Kit } from '@switchboard/core'
import type { Options } from './options.ts'

/** A Front company and how it is asked. */
export interface Account extends Omit<Options, 'appSecrets' | 'companySecrets'> {
  kit: Pick<Kit, 'http' | 'log' | 'now'>
}

/** One page of a list, its rows unread, and the address of the next. */
export interface List {
  rows: unknown[]
  next: string | null
}

/** The account of these options. */
export function accountOf({ appSecrets: _, companySecrets: __, ...options }: Options, kit: Account['kit']): Account {
  return { ...options, url: options.url.replace(/\/$/, ''), kit }
}

/** The address of a route of the Core API. Brackets in names are percent-encoded, which Front takes. */
export function addressOf({ url }: Account, path: string, query: [string, string][] = []): string {
  return query.length > 0 ? `${url}${path}?${new URLSearchParams(query)}` : url + path
}

/** Asks one thing. @throws VendorError */
export function ask<T>({ kit, token }: Account, request: HttpRequest, shape: z.ZodType<T>): Promise<T> {
  return kit.http.json({ ...request, bearer: token }, shape)
}

const listShape = z
  .object({
    _results: z.array(z.unknown()),
    _pagination: z.object({ next: z.string().nullish() }).nullish(),
  })
  .transform(({ _results, _pagination }): List => ({ rows: _results, next: _pagination?.next || null }))

/** Statuses by which Front may refuse a link that it gave long ago. */
const refused: ReadonlySet<number | undefined> = new Set([400, 404, 410, 422])

/**
 * The pages of a list, from a link that an earlier read was given, when there is one, else from its first address. A link that is no
 * longer taken is forgotten. Pages may be short or empty and still have a next one: the list is over when there is no link.
 * @throws VendorError also when a link leads where our token may not go, or to the page it is on
 */
export async function* pagesFrom(account: Account, first: string, link: string | null = null): AsyncIterable<List> {
  const resumed = link !== null && strayed(account, link) === null ? await resume(account, link) : null
  if (resumed) yield resumed
  for (let url: string | null = resumed ? resumed.next : first; url !== null;) {
    const list: List = await ask(account, { url }, listShape)
    checkLink(account, list, url)
    yield list
    url = list.next
  }
}

/** The page of a link that is some time old; null when Front no longer takes it. */
async function resume(account: Account, link: string): Promise<List | null> {
  try {
    const list = await ask(account, { url: link }, listShape)
    checkLink(account, list, link)
    return list
  } catch (error) {
    if (!(error instanceof VendorError) || !refused.has(error.vendorStatus)) throw error
    account.kit.log.warn(
      { status: error.vendorStatus },
      'front no longer takes the link to a page; the list is read again',
    )
    return null
  }
}

function checkLink(account: Account, { next }: List, url: string): void {
  if (next === url) throw new VendorError('front says there is more, but its pages do not move on')
  const trouble = next === null ? null : strayed(account, next)
  if (trouble !== null) throw new VendorError(`front's next page ${trouble}`)
}

/** Why a link, which is data from outside, is not followed; null when it may be. The way out would refuse it as well, but could not say what to set. */
export function strayed({ url, companyHosts }: Account, link: string): string | null {
  const [ours, theirs] = [new URL(url), URL.parse(link)]
  if (!theirs) return 'has no address'
  const isHost = [ours.host, ...companyHosts].some(host =>
    host.startsWith('*.') ? theirs.host.endsWith(host.slice(1)) : theirs.host === host,
  )
  if (!isHost) return `is on ${theirs.host}: if that host is yours, add it to companyHosts`
  return theirs.protocol === ours.protocol ? null : `is asked for by ${theirs.protocol} instead of ${ours.protocol}`
}
