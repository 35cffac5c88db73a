import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/**
 * The network address of whoever asks. A proxy on this machine or a private network is taken at its word about whom it
 * forwards for; what anybody else claims is not.
 */
export function addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
  const peer = plain(socket.remoteAddress ?? '')
  const forwarded = headers['x-forwarded-for']
  if (forwarded === undefined || !isNear(peer)) return peer
  const claimed = plain(String(forwarded).split(',').at(-1) ?? '')
  return isIP(claimed) ? claimed : peer
}

/** IPv4 as such, also where the socket speaks IPv6. */
function plain(address: string): string {
  return address.trim().replace(/^::ffff:/i, '')
}

function isNear(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && near.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

const near = new BlockList()
near.addSubnet('127.0.0.0', 8, 'ipv4')
near.addSubnet('10.0.0.0', 8, 'ipv4')
near.addSubnet('172.16.0.0', 12, 'ipv4')
near.addSubnet('192.168.0.0', 16, 'ipv4')
near.addAddress('::1', 'ipv6')
near.addSubnet('fc00::', 7, 'ipv6')
