import { VendorError, type MessageTrouble } from '@switchboard/core'

type Because = MessageTrouble['because']

/**
 * What Twilio's codes mean for us, both of a send that was refused and of a message that did not arrive. Each is described at
 * https://www.twilio.com/docs/api/errors/<code>. In brackets where the meaning is from: [DOC] the vendor's page or changelog, [3P] others'
 * lists, [MEM] general knowledge. What is not here is `rejected`: the vendor adds and splits codes without notice.
 */
const table: Readonly<Record<Because, readonly string[]>> = {
  optedOut: [
    '21610', // [DOC] the recipient has opted out
  ],
  badAddress: [
    '21211', // [DOC] invalid To
    '21217', // [DOC] invalid number
    '21604', // [MEM] no To
    '21614', // [DOC] To is not a mobile number
    '21635', // [DOC] To is a landline
    '30005', // [3P] unknown, inactive or no longer in service
    '30006', // [DOC] landline, or unreachable for short codes
  ],
  later: [
    '20429', // [DOC] too many requests at once; nothing was done
    '21611', // [DOC] ten hours of messages wait at this sender already
    '30001', // [DOC] the same, found out after the message was taken on
    '30003', // [DOC] the phone is off or out of reach
    '30008', // [3P] unknown error at the carrier
  ],
  config: [
    '20003', // [DOC] bad credentials
    '21408', // [3P] the country is not permitted for this account
    '21603', // [MEM] no From
    '21606', // [DOC] From cannot send texts
    '21608', // [DOC] a trial account, and the recipient is not verified
    '21659', // [MEM] From is no number of Twilio
    '21660', // [MEM] From is not of this account
    '21703', // [MEM] the messaging service has no numbers
    '30002', // [DOC] the account was suspended
    '30034', // [MEM] the sender is not registered in the US
  ],
  rejected: [
    '21602', // [MEM] no text
    '21612', // [3P] no way from this sender to this recipient
    '21617', // [MEM] longer than 1,600 characters
    '21623', // [MEM] too many files
    '30004', // [DOC] blocked: by the carrier, by a registry, or after an opt-out elsewhere
    '30007', // [3P] filtered as spam
  ],
}

const becauses = new Map(
  Object.entries(table).flatMap(([because, codes]) => codes.map(code => [code, because as Because] as const)),
)

/** Why a message did not arrive, by the vendor's code. */
export function troubleOf(code: string): MessageTrouble {
  return { code, because: becauses.get(code) ?? 'rejected' }
}

const advice: Readonly<Record<Because, string>> = {
  optedOut: 'they do not want texts from this line',
  badAddress: 'no texts reach this number: do not write there again',
  later: 'it may work later',
  config: 'somebody has to set something here or at Twilio',
  rejected: 'the message was not taken',
}

/** The error of a send, with what to do about it. What Twilio refused was not sent. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof VendorError) || error.outcomeUnknown || !error.vendorCode) return error
  const { vendorCode, vendorStatus, retryAfterMs } = error
  const { because } = troubleOf(vendorCode)
  const retryable = error.retryable || because === 'later'
  const facts = { cause: error, retryable, retryAfterMs, vendorStatus, vendorCode, because }
  return new VendorError(`${error.message}; ${advice[because]}`, facts)
}

/** A message that Twilio would refuse, refused here with its own code. */
export function unsendable(code: string, what: string): VendorError {
  const { because } = troubleOf(code)
  return new VendorError(`${what}; ${advice[because]}`, { vendorCode: code, because })
}
