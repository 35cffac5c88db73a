import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** A version of the hours as they were set; the highest counts. */
export const HoursVersionRow = defineEntity({
  name: 'HoursVersion',
  tableName: 'hours_settings',
  properties: {
    version: p.integer().primary().autoincrement(false),
    settings: p.json(),
    changedBy: p.text(),
    staffId: p.uuid().nullable(),
    changedAt: time(),
    reason: p.text().nullable(),
  },
})

/** A holiday that a calendar told. */
export const HolidayRow = defineEntity({
  name: 'Holiday',
  tableName: 'hours_holiday',
  properties: { calendar: p.text().primary(), date: p.text().primary(), name: p.text() },
})

/** The tables of this plugin. */
export const hoursEntities = [HoursVersionRow, HolidayRow]
