import type { AdapterKit } from '@switchboard/core'
import type { Options } from './options.ts'

/** What a callback address carries of ours. `ask` marks that a leg wants to know what to do next. */
export interface AddressQuery {
  call?: string
  leg?: string
  ask?: 'next'
  /** Our own key of a message that was sent. */
  key?: string
}

/** The address of one of our channels, as given to the vendor. */
export type AddressOf = (channel: string, query?: AddressQuery) => string

/**
 * Callback addresses of an adapter entry. Their fragment is Twilio's connection override: how long to wait for us and how often to try
 * again, all within its 15 s. The fragment is neither sent nor signed.
 */
export function addressesOf({ publicUrl, name }: AdapterKit, { webhookRetries }: Options): AddressOf {
  const override = webhookRetries === 0 ? '' : `#ct=2000&rt=5000&rc=${webhookRetries}&rp=ct,rt,5xx`
  return (channel, query = {}) => {
    const search = new URLSearchParams({ ...query }).toString()
    return `${publicUrl}/webhooks/${name}/${channel}${search && `?${search}`}${override}`
  }
}
