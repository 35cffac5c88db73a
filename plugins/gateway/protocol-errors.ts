import type { Code } from '@switchboard/core'

/** Why a command was refused. Codes are never renamed; there may be more, which are to be treated like `internal`. */
export type ReplyCode = Code | 'unknown_type' | 'bad_frame'

/** What a client is to make of the codes that it can meet here. */
export const replyCodes: Readonly<Partial<Record<ReplyCode, string>>> = {
  bad_frame:
    'The frame is no JSON text {id, type, data}; `re` is null. After ten of them the connection is closed with 4000.',
  unknown_type: 'No part of this hub does this. The message names the commands that there are.',
  bad_request: 'The data do not fit; the message names each field.',
  forbidden: 'Your role may not do this, or it is not yours to do.',
  not_found: 'There is no such thing, or it does not concern you.',
  conflict: 'It does not fit how things stand: look again and decide anew.',
  answered_elsewhere: 'A colleague was quicker to answer.',
  idempotency_conflict: 'This `id` was used for another command, or for this one, which is still under way.',
  too_many_requests: 'Too much is under way; wait for the answers.',
  vendor_error: 'The phone or message vendor failed; the message says how.',
  unavailable: 'Not now: before `welcome`, or the hub cannot. Try again.',
  internal: 'It went wrong in the hub, which has noted why. Whether it was done is not known.',
}
