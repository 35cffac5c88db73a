import { telephonyContract, type VendorAtHand } from '@switchboard/test-contracts/telephony'
import type { RunningTwilio } from '@switchboard/test-simulators/twilio'
import t from 'tap'
import { fastSimulator, twilioAdapter, twilioKit } from './testing.ts'

await telephonyContract(t, {
  name: 'twilio',
  async start({ publicUrl, adapter: name }) {
    const simulator = await fastSimulator({ publicUrl, adapter: name })
    const { telephony, channels } = twilioAdapter(twilioKit(publicUrl, name), simulator.options)
    return { telephony, channels, vendor: vendorOf(simulator), close: () => simulator.close() }
  },
})

function vendorOf(simulator: RunningTwilio): VendorAtHand {
  return {
    line: simulator.numbers[0] ?? '',
    ring(from, messageSeconds) {
      const habits = messageSeconds === undefined ? {} : { leaveMessageMs: messageSeconds * 1000 }
      const call = simulator.ring({ from: from ?? 'anonymous', ...habits })
      return {
        vendorId: call.callSid,
        isOver: () => !['ringing', 'in-progress'].includes(call.view().status),
        heard: () => call.view().heard.map(({ sound }) => sound),
        hangUp: () => void call.hangUp(),
        pressKey: key => call.press(key),
      }
    },
    press: (identity, button) => simulator.softphone(identity)[button](),
    fail: how =>
      simulator.faults.set({
        status5xx: how === 'unavailable' ? 1 : 0,
        truncatedJson: how === 'unreadable' ? 1 : 0,
        cut: how === 'cut' ? 1 : 0,
      }),
    legsTo: identity => simulator.calls().filter(({ to }) => to === `client:${identity}`).length,
    divert: () =>
      simulator.drift(simulator.lines()[0]?.sid ?? '', {
        voiceUrl: 'https://elsewhere.example.test/voice',
        voiceApplicationSid: `AP${'0'.repeat(32)}`,
      }),
    forge: on => simulator.forgeSignatures(on),
    duplicate: on => simulator.faults.set({ duplicate: on ? 1 : 0 }),
  }
}
