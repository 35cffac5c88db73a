import { VendorError } from '@switchboard/core'
import { strayed, type Account } from './account.ts'

const timeoutMs = 60_000

/** A file of a message. It needs our token, which goes only to Front's own hosts. @throws VendorError; retryable where asking again may help */
export async function media(account: Account, address: string): Promise<{ body: Uint8Array; contentType: string }> {
  const { kit, token } = account
  const trouble = strayed(account, address)
  if (trouble !== null) throw new VendorError(`front's file ${trouble}`)
  const { status, headers, bytes } = await kit.http.send({ url: address, bearer: token, isBinary: true, timeoutMs })
  if (status !== 200 || !bytes)
    throw new VendorError(`front answered ${status} instead of a file`, {
      retryable: status === 429 || status >= 500,
      vendorStatus: status,
    })
  return { body: bytes, contentType: headers['content-type'] ?? 'application/octet-stream' }
}
