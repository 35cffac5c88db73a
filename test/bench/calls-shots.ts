import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { twilioSimulator } from '@switchboard/test-simulators/twilio'
import type { Shot } from './open-load.ts'

const { accountSid, authTokens, callerId } = twilioSimulator.options

/** Somebody calls: what the vendor asks, signed as it signs. */
export function incoming(publicUrl: string, callSid = newSid(), from = phone()): Shot {
  return signed(`${publicUrl}/webhooks/twilio/voice`, { CallSid: callSid, CallStatus: 'ringing', From: from })
}

/** A report about a leg: it rings, was answered, or is over. */
export function report(publicUrl: string, callSid: string, status: string): Shot {
  return signed(`${publicUrl}/webhooks/twilio/status`, {
    ...{ CallSid: callSid, CallStatus: status, CallDuration: '1', Timestamp: new Date().toUTCString() },
    ...{ SequenceNumber: '5', CallbackSource: 'call-progress-events' },
  })
}

/** A new call's id, as the vendor writes them. */
export function newSid(): string {
  return `CA${randomBytes(16).toString('hex')}`
}

function phone(): string {
  return `+614${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`
}

function signed(address: string, facts: Record<string, string>): Shot {
  const fields: Record<string, string> = {
    ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', Direction: 'inbound', To: callerId, Called: callerId },
    ...facts,
  }
  const text = Object.keys(fields)
    .toSorted()
    .reduce((all, name) => all + name + fields[name], address)
  return {
    path: new URL(address).pathname,
    body: Buffer.from(new URLSearchParams(fields).toString()),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': createHmac('sha1', authTokens).update(text, 'utf8').digest('base64'),
      'i-twilio-idempotency-token': randomUUID(),
      'x-planned': String(Date.now()),
    },
  }
}
