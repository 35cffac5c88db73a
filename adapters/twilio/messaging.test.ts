import { messagingContract, type MessagingRig, type MessagingSetting } from '@switchboard/test-contracts/messaging'
import t from 'tap'
import { fastSimulator, twilioAdapter, twilioKit } from './testing.ts'

/** Somebody whose phone does nothing until it is told to. */
const customer = '+61491570158'

async function texting(setting: MessagingSetting): Promise<MessagingRig> {
  const { publicUrl, adapter: name, now } = setting
  const vendor = await fastSimulator(setting)
  vendor.scriptText(customer, 'waits')
  const kit = twilioKit(publicUrl, name, now)
  const { messaging, channels } = twilioAdapter(kit, { ...vendor.options, pageSize: 10, historyDays: 14 })
  const outbound = {
    ...{ conversationId: null, from: vendor.numbers[0] ?? null, to: [customer], subject: null, media: [] },
    text: 'Your gown is ready.',
  }
  return {
    ...{ messaging, channels, faults: vendor.faults, signsTime: false, hasChanges: true, hasFind: true },
    outbound,
    beginnings: { sms: outbound },
    filesOf: vendor.filesOf,
    leaks: vendor.leaks,
    kept: null,
    hearFrom(text, from, media = []) {
      const { messageSid: externalId, delivered } = vendor.hear({ body: text, media, ...(from && { from }) })
      return { externalId, delivered }
    },
    taken: () => vendor.texts().flatMap(({ direction, messageSid }) => (direction === 'inbound' ? [] : [messageSid])),
    settle: (externalId, end) => vendor.settleText(externalId, end === 'fine' ? 'delivered' : { undelivered: 30003 }),
    sendUnknown: () => vendor.tellUnknown(),
    close: () => vendor.close(),
  }
}

messagingContract(t, { name: 'twilio', start: texting })
