import { defineEntity, p } from '@mikro-orm/core'

/** A person who answers: what they set, how many phone clients they have connected, and the call that has them. */
export const StaffMember = defineEntity({
  name: 'StaffMember',
  tableName: 'staff',
  indexes: [
    { name: 'staff_call', expression: 'create index staff_call on staff (call_id) where call_id is not null' },
    {
      name: 'staff_wrapup',
      expression: 'create index staff_wrapup on staff (wrapup_until) where wrapup_until is not null',
    },
  ],
  uniques: [{ name: 'staff_email', properties: ['email'] }],
  checks: [
    { name: 'staff_email_lower', expression: 'email = lower(email)' },
    { name: 'staff_role_known', expression: `role in ('viewer', 'agent', 'manager', 'admin')` },
    { name: 'staff_presence_known', expression: `presence in ('available', 'busy', 'away', 'dnd')` },
    { name: 'staff_clients_counted', expression: 'clients >= 0' },
  ],
  properties: {
    id: p.uuid().primary(),
    email: p.text(),
    name: p.text(),
    role: p.text(),
    isActive: p.boolean().default(true),
    presence: p.text().nullable(),
    /** Since when their presence is what others see. */
    presenceSince: p.datetime().columnType('timestamptz').nullable(),
    clients: p.integer().default(0),
    /** Since when they have a client connected; null while they have none. */
    connectedSince: p.datetime().columnType('timestamptz').nullable(),
    callId: p.uuid().nullable(),
    claimedAt: p.datetime().columnType('timestamptz').nullable(),
    wrapupUntil: p.datetime().columnType('timestamptz').nullable(),
    lastCallAt: p.datetime().columnType('timestamptz').nullable(),
    createdAt: p.datetime().columnType('timestamptz'),
    updatedAt: p.datetime().columnType('timestamptz'),
    version: p.integer().default(1),
  },
})
