import { test } from 'tap'
import { messagingContract, type MessagingRig, type MessagingSetting } from '@switchboard/test-contracts/messaging'
import { sourceContract, type ReadingRig, type SourceSetting } from '@switchboard/test-contracts/source'
import { company } from './testing.ts'

test('front keeps the contract of a messaging vendor', async t => {
  messagingContract(t, { name: 'front', start: startMessaging })
})

test('front keeps the contract of a source', async t => {
  sourceContract(t, { name: 'front', hasWebhooks: false, start: startSource })
})

async function startMessaging(setting: MessagingSetting): Promise<MessagingRig> {
  const { adapter, vendor } = await company(setting, { speed: 1 })
  const outbound = {
    ...{ conversationId: null, from: null, to: ['+61491570110'], subject: null, media: [] },
    text: 'Your gown is ready to be picked up.',
  }
  return {
    ...adapter,
    ...{ faults: vendor.faults, signsTime: true, hasChanges: true, hasFind: true },
    outbound,
    beginnings: { email: { ...outbound, from: 'cha_email', to: ['guest@example.com'], subject: 'Your gown' } },
    filesOf: vendor.filesOf,
    leaks: () => 0,
    kept: externalId => vendor.imports(externalId),
    hearFrom(text, from, files) {
      const { message, delivered } = vendor.hear({ text, ...(files && { files }), ...(from !== undefined && { from }) })
      return { externalId: message.uid, delivered }
    },
    taken: vendor.taken,
    settle: vendor.settle,
    sendUnknown: () => vendor.happen('moon_full', vendor.messages()[0]?.conversationId ?? ''),
    close: vendor.close,
  }
}

async function startSource(setting: SourceSetting): Promise<ReadingRig> {
  const { adapter, vendor } = await company(setting, { pageSize: 10 })
  const first = vendor.contacts()[0]?.id ?? ''
  let number = 100
  return {
    source: adapter.source,
    ...{ faults: vendor.faults, readsDeleted: false, namesPairs: false },
    externalIds: () => vendor.contacts().map(({ id }) => id),
    change() {
      vendor.changeContact(first, { phone: `+61491570${number++}` })
      return { externalId: first, delivered: Promise.resolve({ attempts: 0, status: null }) }
    },
    remove() {
      vendor.removeContact(first)
      return { externalId: first, delivered: Promise.resolve({ attempts: 0, status: null }) }
    },
    spoil() {
      vendor.spoil(first)
      return first
    },
    close: vendor.close,
  }
}
