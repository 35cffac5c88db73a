import { setTimeout as wait } from 'node:timers/promises'
import { newId, VendorError, type CallId, type Instruction, type LegId, type TelephonyPort } from '@switchboard/core'
import { until } from './telephony-hub.ts'
import { customer, type Scenes } from './telephony-scene.ts'

/** What a leg is told: the vendor understands it, and does it. */
export const instructions: Scenes = {
  'wait says something and then plays music': async (t, { hub, vendor }) => {
    const caller = vendor.ring(customer)
    await until(() => caller.heard().at(-1) === 'music', 'music')
    t.same(caller.heard(), ['ringing', 'say', 'music'])
    t.equal(hub.deliveries.length, 1)
  },

  'say is followed by a question': async (t, { hub, vendor }) => {
    hub.answer = ({ type }) => (type === 'incoming' ? { do: 'say', text: 'One moment.' } : { do: 'wait', say: null })
    const caller = vendor.ring(customer)
    t.equal((await hub.event('asks')).leg.vendorId, caller.vendorId)
    await until(() => caller.heard().at(-1) === 'music', 'music')
    t.equal(caller.heard().includes('say'), true)
  },

  'join brings the leg into the conference named by the call': async (t, { hub, vendor, callId }) => {
    const legId: LegId = newId()
    hub.answer = () => ({ do: 'join', callId, legId, endOnExit: true })
    const caller = vendor.ring(customer)
    const joined = await hub.event('joined')
    t.match(joined, { leg: { vendorId: caller.vendorId, callId, legId }, conference: { name: callId } })
    t.equal(caller.heard().at(-1), 'music', 'nobody is there yet')
  },

  'voicemail records what is said': async (t, { hub, vendor, callId, telephony }) => {
    hub.answer = ({ type }) => (type === 'incoming' ? voicemail(callId) : { do: 'hangup' })
    const caller = vendor.ring(customer, 7)
    const recorded = await hub.event('recorded', ({ recording }) => recording !== null)
    t.equal(recorded.leg.vendorId, caller.vendorId)
    t.equal(recorded.leg.callId, callId)
    t.ok(recorded.recording?.url)
    t.equal(recorded.recording?.durationSeconds, 7)
    await until(() => caller.isOver(), 'the end')
    t.same(caller.heard().slice(0, 3), ['ringing', 'say', 'beep'])
    const audio = await fileOf(telephony, recorded.recording?.vendorId ?? '')
    t.match(audio.contentType, /^audio\//)
    t.ok(audio.body.length > 1000, 'its bytes can be fetched')
  },

  'a message of silence is reported as no recording': async (t, { hub, vendor, callId }) => {
    hub.answer = ({ type }) => (type === 'incoming' ? voicemail(callId) : { do: 'hangup' })
    const caller = vendor.ring(customer)
    t.equal((await hub.event('recorded')).recording, null)
    await until(() => caller.isOver(), 'the end')
  },

  'reject turns the caller away without picking up': async (t, { hub, vendor }) => {
    hub.answer = () => ({ do: 'reject', reason: 'busy' })
    const caller = vendor.ring(customer)
    t.equal((await hub.event('leg')).status, 'busy')
    t.ok(caller.isOver())
    t.ok(caller.heard().includes('busy'))
  },

  'hangup ends the leg': async (t, { hub, vendor }) => {
    hub.answer = () => ({ do: 'hangup' })
    const caller = vendor.ring(customer)
    t.equal((await hub.event('leg')).status, 'completed')
    t.ok(caller.isOver())
  },

  'nothing to do is a valid answer': async (t, { hub, vendor }) => {
    hub.answer = () => null
    const caller = vendor.ring(customer)
    await until(() => caller.isOver(), 'the end')
    t.notOk(caller.heard().includes('say'), 'the vendor did not apologise')
  },

  'a caller who hangs up is reported': async (t, { hub, vendor }) => {
    const caller = vendor.ring(customer)
    await until(() => caller.heard().at(-1) === 'music', 'music')
    caller.hangUp()
    const { status, leg } = await hub.event('leg')
    t.equal(status, 'completed')
    t.equal(leg.vendorId, caller.vendorId)
  },
}

function voicemail(callId: CallId): Instruction {
  return { do: 'voicemail', callId, say: 'Please leave a message.', maxSeconds: 60 }
}

/** A recording is told of before its file was made: it is asked for until it is there. */
async function fileOf(telephony: TelephonyPort, vendorId: string): ReturnType<NonNullable<TelephonyPort['recording']>> {
  for (;;) {
    try {
      if (!telephony.recording) throw new Error('the vendor gives no recordings away')
      return await telephony.recording(vendorId)
    } catch (error) {
      if (!(error instanceof VendorError) || !error.retryable) throw error
      await wait(5)
    }
  }
}
