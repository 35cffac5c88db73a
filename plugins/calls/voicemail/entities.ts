import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** A message that a caller left. */
export const VoicemailRow = defineEntity({
  name: 'Voicemail',
  tableName: 'voicemail',
  indexes: [
    { name: 'voicemail_open', expression: 'create index voicemail_open on voicemail (id) where not is_done' },
    {
      name: 'voicemail_unfetched',
      expression: 'create index voicemail_unfetched on voicemail (id) where fetched_at is null',
    },
  ],
  uniques: [{ name: 'voicemail_call', properties: ['callId'] }],
  properties: {
    id: p.uuid().primary(),
    callId: p.uuid(),
    number: p.text().nullable(),
    line: p.text(),
    ownerId: p.uuid().nullable(),
    vendorId: p.text(),
    durationSeconds: p.integer().nullable(),
    leftAt: time(),
    blobKey: p.text().nullable(),
    contentType: p.text().nullable(),
    size: p.integer().nullable(),
    fetchedAt: time().nullable(),
    fetchError: p.text().nullable(),
    transcript: p.text().nullable(),
    isDone: p.boolean().default(false),
    doneAt: time().nullable(),
    doneBy: p.text().nullable(),
  },
})
