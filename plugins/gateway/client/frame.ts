import type { ReplyFrame, ServerFrame } from '../protocol.ts'

/** What came, when it is a frame: a hub of tomorrow may send what we do not know. */
export function frameIn(data: unknown): ServerFrame | ReplyFrame | null {
  try {
    const frame: unknown = JSON.parse(String(data))
    return typeof frame === 'object' && frame !== null ? (frame as ServerFrame | ReplyFrame) : null
  } catch {
    return null
  }
}
