import type { ReplyCode } from '../protocol-errors.ts'

/**
 * Why something did not come about: as the hub answered, or as the client found.
 * `connection_lost`: a command was under way, and may or may not have been done. `timeout`: no answer came. `closed`: the client was closed.
 * `queue_full`: too much waits for the connection. `bad_hub`: what answered is no hub. `listener_failed`: what heard of a frame threw; see `cause`.
 */
export type ClientCode =
  ReplyCode | 'connection_lost' | 'timeout' | 'closed' | 'queue_full' | 'bad_hub' | 'listener_failed'

/** A command that was refused or not answered, or a connection that did not come about. */
export class GatewayError extends Error {
  readonly code: ClientCode

  constructor(code: ClientCode, message: string, facts: { cause?: unknown } = {}) {
    super(message, facts)
    this.name = 'GatewayError'
    this.code = code
  }
}

/** Whatever was thrown, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
