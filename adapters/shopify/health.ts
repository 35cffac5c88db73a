import type { SourceHealth } from '@switchboard/core'
import { askHeaders, type Shop } from './graphql.ts'

/** Whether the shop answers, and its clock by the `Date` of the answer, in whole seconds. @throws VendorError when it does not */
export async function shopHealth(shop: Shop): Promise<SourceHealth> {
  const { date = '' } = await askHeaders(shop)
  const skewMs = new Date(date).getTime() - shop.kit.now().getTime()
  return { skewMs: Number.isNaN(skewMs) ? null : skewMs }
}
