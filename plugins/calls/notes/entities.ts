import { defineEntity, p } from '@mikro-orm/core'

/** What a person noted about a call: a note, what became of it, or that somebody else was shown. Only ever added to. */
export const CallNoteRow = defineEntity({
  name: 'CallNote',
  tableName: 'call_note',
  indexes: [{ name: 'call_note_call', properties: ['callId'] }],
  properties: {
    id: p.uuid().primary(),
    callId: p.uuid(),
    kind: p.text(),
    code: p.text().nullable(),
    text: p.text().nullable(),
    profileId: p.uuid().nullable(),
    staffId: p.uuid().nullable(),
    author: p.text(),
    at: p.datetime().columnType('timestamptz'),
  },
})
