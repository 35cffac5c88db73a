import { VendorError, z, type Finding } from '@switchboard/core'
import type { Rest } from './rest.ts'

/** What we want to be told of. */
const wanted = ['new_booking', 'change_booking', 'cancel_booking'] as const

const subscription = z.object({ event: z.string(), url: z.string() })
const subscriptions = z.union([
  z.array(subscription),
  z.object({ data: z.array(subscription) }).transform(({ data }) => data),
])

/** Statuses of a plan or an API without webhooks. */
const unserved = [404, 405, 501]

/**
 * Looks whether our address is subscribed to everything that happens to a booking, and subscribes it where it is not. The address holds
 * a secret, so it is in no message, and neither is the vendor's answer, which may quote it. Where the API serves no webhooks, somebody
 * has set the callback up by hand, and nothing can be found.
 * @throws VendorError when the vendor cannot be asked
 */
export async function checkSubscriptions(rest: Rest, address: string): Promise<Finding[]> {
  const known = await rest.ask({ path: 'webhooks' }, subscriptions).catch((error: unknown) => {
    if (error instanceof VendorError && unserved.includes(error.vendorStatus ?? 0)) return null
    throw error
  })
  const lost = known ? wanted.filter(event => !known.some(one => one.event === event && one.url === address)) : []
  const findings: Finding[] = []
  for (const event of lost) findings.push(await subscribe(rest, event, address))
  return findings
}

async function subscribe(rest: Rest, event: string, url: string): Promise<Finding> {
  const key = `subscription:${event}`
  try {
    await rest.ask({ path: 'webhooks', method: 'POST', body: { event, url } }, z.unknown())
    return { key, message: `${event} was not sent to us any more: it is again`, isMended: true }
  } catch (error) {
    const status = error instanceof VendorError ? (error.vendorStatus ?? 'nothing') : 'nothing'
    const message = `${event} is not sent to us, and could not be subscribed (the vendor answered ${status}): set the callback up by hand`
    return { key, message, isMended: false }
  }
}
