import { VendorError, type SourceHealth } from '@switchboard/core'
import { request, type Shop } from './graphql.ts'

/** Whether the shop answers, and its clock by the `Date` of the answer, in whole seconds. @throws VendorError when it does not */
export async function shopHealth(shop: Shop): Promise<SourceHealth> {
  const { status, headers } = await shop.kit.http.send(request(shop, { query: '{ shop { name } }' }))
  if (status !== 200)
    throw new VendorError(`the shop answers ${status}${hints[status] ?? ''}`, { vendorStatus: status })
  const answeredAt = new Date(headers['date'] ?? '')
  const skewMs = answeredAt.getTime() - shop.kit.now().getTime()
  return { skewMs: Number.isNaN(skewMs) ? null : skewMs }
}

const hints: { readonly [status: number]: string | undefined } = {
  401: ': the access token is not accepted',
  403: ': the access token may not do this',
  404: ": check the shop's domain and the API version",
}
