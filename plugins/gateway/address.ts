import { addressOf } from '@switchboard/core'

/**
 * The network address of whoever connects, as over HTTP: a proxy on this machine or a private network is taken at its word.
 * @param bytes of the peer's address: 4, or 16
 * @returns empty for this machine itself when it names nobody: that is a proxy that does not say for whom, or a program here
 */
export function addressIn(bytes: ArrayBuffer, forwardedFor: string): string {
  const remoteAddress = textOf([...new Uint8Array(bytes)])
  const headers = forwardedFor === '' ? {} : { 'x-forwarded-for': forwardedFor }
  const address = addressOf({ socket: { remoteAddress }, headers } as Parameters<typeof addressOf>[0])
  return address === '::1' || address.startsWith('127.') ? '' : address
}

function textOf(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  if (isMapped(bytes)) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  )
  // The form with zeros left out, as everybody writes it.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

/** Whether it is IPv4 in the clothes of IPv6. */
function isMapped(bytes: readonly number[]): boolean {
  return bytes.length === 16 && bytes.slice(0, 10).every(byte => byte === 0) && bytes[10] === 255 && bytes[11] === 255
}
