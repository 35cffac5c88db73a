import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** A conversation that was recorded, or a part of one. */
export const CallRecordingRow = defineEntity({
  name: 'CallRecording',
  tableName: 'call_recording',
  indexes: [{ name: 'call_recording_call', properties: ['callId'] }],
  uniques: [{ name: 'call_recording_vendor', properties: ['vendorId'] }],
  properties: {
    id: p.uuid().primary(),
    callId: p.uuid(),
    vendorId: p.text(),
    durationSeconds: p.integer().nullable(),
    toldAt: time(),
    blobKey: p.text().nullable(),
    contentType: p.text().nullable(),
    size: p.integer().nullable(),
    fetchedAt: time().nullable(),
    fetchError: p.text().nullable(),
  },
})
