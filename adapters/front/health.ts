import { minute, VendorError, type SourceHealth } from '@switchboard/core'
import { addressOf, type Account } from './account.ts'

/** Whether Front knows our token, and its clock by the `Date` of the answer, in whole seconds. @throws VendorError when it does not */
export async function health(account: Account): Promise<SourceHealth> {
  const { kit, token } = account
  const { status, headers } = await kit.http.send({ url: addressOf(account, '/me'), bearer: token })
  if (status !== 200) throw new VendorError(`front answers ${status}${hints[status] ?? ''}`, { vendorStatus: status })
  const skewMs = new Date(headers['date'] ?? '').getTime() - kit.now().getTime()
  if (Math.abs(skewMs) > minute) kit.log.warn({ skewMs }, "the vendor's clock differs from ours")
  return { skewMs: Number.isNaN(skewMs) ? null : skewMs }
}

const hints: { readonly [status: number]: string | undefined } = {
  401: ': the token is not accepted; make a new one and set it',
  403: ': the token lacks a scope; the README lists those it needs',
}
