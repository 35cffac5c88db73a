import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** Every event, in the order in which they were kept: who appends holds a lock until the commit, so a higher position is never seen before a lower one. */
export const EventLog = defineEntity({
  name: 'EventLog',
  tableName: 'event_log',
  indexes: [{ name: 'event_log_kept', properties: ['keptAt'] }],
  uniques: [{ name: 'event_log_event', properties: ['id'] }],
  properties: {
    position: p.bigint().autoincrement().primary(),
    id: p.uuid(),
    name: p.text(),
    key: p.text(),
    data: p.json(),
    at: time(),
    keptAt: time(),
  },
})

/** How far each consumer has read, and who reads for it now. */
export const EventConsumer = defineEntity({
  name: 'EventConsumer',
  tableName: 'event_consumer',
  properties: {
    name: p.text().primary(),
    position: p.bigint(),
    /** How often the next event failed. */
    attempts: p.integer().default(0),
    /** Until then the next event is not tried again. */
    dueAt: time().nullable(),
    holder: p.uuid().nullable(),
    heldUntil: time().nullable(),
  },
})

/** The tables of this plugin. */
export const eventLogEntities = [EventLog, EventConsumer]
