/** A request from outside to `/webhooks/:adapter/:channel`, as it came over the wire. */
export interface WebhookRequest {
  /** The entry in hub.yaml the request is for. */
  adapter: string
  channel: string
  method: string
  /** The address the vendor called, and signed: the configured public URL with the request's own path and query. */
  url: string
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>
  /** The raw bytes. Signatures are over these; parse after verifying. */
  body: Buffer
  receivedAt: Date
}

/** One way in for a vendor. */
export interface Channel {
  /** Which port the delivery is for: who reads it. */
  port: 'source' | 'telephony' | 'messaging'
  /** `later`: kept, answered 200, acted on by a worker. `now`: the vendor waits for instructions. Default `later`. */
  answer?: 'later' | 'now'
  /**
   * Checks that the vendor sent this, from the raw bytes and the configured address alone.
   * @returns the delivery's id, the same across the vendor's retries, which is what makes each delivery act once
   * @throws WebhookRejected when the signature is missing, wrong or stale
   */
  verify(request: WebhookRequest): string
  /**
   * Answers a vendor that only asks whether we are here; null for a delivery like any other. Asked after `verify`; what is answered
   * so is not kept. Default: every delivery is one to keep.
   */
  greet?(request: WebhookRequest): HttpReply | null
  /** Its name, which is part of the address, holds a secret: it is never printed, logged or kept. Default false. */
  isSecret?: boolean
  /** What `later` answers with. Default 200 and an empty body. */
  accepted?: HttpReply
}

/** An answer to a vendor. */
export interface HttpReply {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}
