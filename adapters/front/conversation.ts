import { VendorError } from '@switchboard/core'
import { addressOf, type Account } from './account.ts'

/** Conversations that were merged lead on to one another; more steps than this are a circle. */
const steps = 5

/**
 * The conversation that this one has become part of, or itself: Front answers 301 for a merged one. Of the answer only the id is taken,
 * so that nothing is ever asked where it leads. @throws VendorError
 */
export async function presentId(account: Account, conversationId: string): Promise<string> {
  const { kit, token } = account
  let id = conversationId
  for (let step = 0; step < steps; step++) {
    const url = addressOf(account, `/conversations/${encodeURIComponent(id)}`)
    const { status, headers } = await kit.http.send({ url, bearer: token })
    if (status < 300 || status === 404) return id
    if (!isMoved(status))
      throw new VendorError(`front answers ${status} about a conversation`, {
        vendorStatus: status,
        retryable: status === 429 || status >= 500,
      })
    id = idIn(headers['location'] ?? '')
    kit.log.info({ from: conversationId, to: id }, 'conversation was merged into another')
  }
  throw new VendorError(`front leads from conversation ${conversationId} to ever others`)
}

/** Whether an answer says that the thing is elsewhere now. */
export function isMoved(status: number | undefined): boolean {
  return status !== undefined && [301, 302, 307, 308].includes(status)
}

function idIn(location: string): string {
  const [, id] = /\/conversations\/([^/?#]+)/.exec(location) ?? []
  if (!id) throw new VendorError('front says that the conversation was merged, but not into which')
  return decodeURIComponent(id)
}
