import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** Something somebody is to be reminded of: a person of their appointment, or one of us of a person. */
export const ReminderRow = defineEntity({
  name: 'Reminder',
  tableName: 'reminder',
  uniques: [{ name: 'reminder_key', properties: ['key'] }],
  indexes: [
    { name: 'reminder_due', expression: `create index reminder_due on reminder (due_at) where state = 'planned'` },
    { name: 'reminder_record', properties: ['recordId'] },
    { name: 'reminder_profile', properties: ['profileId'] },
  ],
  properties: {
    id: p.uuid().primary(),
    kind: p.text(),
    key: p.text(),
    recordId: p.uuid().nullable(),
    profileId: p.uuid().nullable(),
    ownerId: p.uuid().nullable(),
    handle: p.text().nullable(),
    subject: p.text(),
    body: p.text(),
    startsAt: time().nullable(),
    dueAt: time(),
    state: p.text().default('planned'),
    because: p.text().nullable(),
    messageId: p.uuid().nullable(),
    madeBy: p.text(),
    createdAt: time(),
    changedAt: time(),
  },
})

/** The tables of this plugin. */
export const reminderEntities = [ReminderRow]
