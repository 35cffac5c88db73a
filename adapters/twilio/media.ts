import { VendorError } from '@switchboard/core'
import type { Rest } from './rest.ts'

const place = /^\/2010-04-01\/Accounts\/\w+(\/Messages\/\w+\/Media\/\w+)$/

/**
 * A file of a message, by the address that Twilio told: only its path is taken, so that our credentials go nowhere else.
 * @throws VendorError; retryable where it is not there yet
 */
export function media(address: string, rest: Rest): Promise<{ body: Uint8Array; contentType: string }> {
  const [, path] = place.exec(URL.parse(address)?.pathname ?? '') ?? []
  if (path === undefined) return Promise.reject(new VendorError('this is no address of a file at twilio'))
  return rest.file(path)
}
