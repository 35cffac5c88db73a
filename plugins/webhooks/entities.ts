import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** One event for one endpoint, and how far it came. */
export const WebhookDeliveryRow = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  indexes: [{ name: 'webhook_delivery_made', properties: ['madeAt'] }],
  properties: {
    id: p.uuid().primary(),
    endpoint: p.text(),
    event: p.text(),
    body: p.text(),
    madeAt: time(),
    attempts: p.integer().default(0),
    triedAt: time().nullable(),
    status: p.integer().nullable(),
    error: p.text().nullable(),
    deliveredAt: time().nullable(),
    deadAt: time().nullable(),
  },
})

/** The tables of this plugin. */
export const webhookEntities = [WebhookDeliveryRow]
