import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** A number on a list of those nobody wants to hear from. */
export const BlockedNumberRow = defineEntity({
  name: 'BlockedNumber',
  tableName: 'blocked_number',
  properties: {
    number: p.text().primary(),
    list: p.text().primary(),
    reason: p.text(),
    until: time().nullable(),
    addedBy: p.text(),
    addedAt: time(),
    seenAt: time(),
  },
})

/** A number that is heard whatever lists say. */
export const AllowedNumberRow = defineEntity({
  name: 'AllowedNumber',
  tableName: 'allowed_number',
  properties: { number: p.text().primary(), reason: p.text(), addedBy: p.text(), addedAt: time() },
})

/** A line of the phone vendor's account, as it was seen last. */
export const LineRow = defineEntity({
  name: 'Line',
  tableName: 'line',
  properties: {
    vendorId: p.text().primary(),
    number: p.text(),
    name: p.text().nullable(),
    takes: p.json(),
    drift: p.json(),
    mendedAt: time().nullable(),
    seenAt: time(),
    goneAt: time().nullable(),
  },
})

/** The tables of this plugin. */
export const numberEntities = [BlockedNumberRow, AllowedNumberRow, LineRow]
