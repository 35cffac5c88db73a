import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** What people were told of each alert, and what they are to be told when. */
export const AlertTold = defineEntity({
  name: 'AlertTold',
  tableName: 'alert_told',
  indexes: [{ name: 'alert_told_due', properties: ['dueAt'] }],
  properties: {
    part: p.text().primary(),
    key: p.text().primary(),
    message: p.text(),
    state: p.text(),
    /** How often it came back. */
    flaps: p.integer(),
    since: time(),
    dueAt: time().nullable(),
  },
})

/** The tables of this plugin. */
export const alertEntities = [AlertTold]
