import { agenda } from '@switchboard/agenda'
import { appointjet } from '@switchboard/appointjet'
import type { AdapterDefinition, Plugin } from '@switchboard/core'
import { access } from '@switchboard/access'
import { alerts } from '@switchboard/alerts'
import { blobFiles } from '@switchboard/blob-files'
import { calls } from '@switchboard/calls'
import { eventLog } from '@switchboard/event-log'
import { front } from '@switchboard/front'
import { gateway } from '@switchboard/gateway'
import { hours } from '@switchboard/hours'
import { identity } from './matching.ts'
import { matchAddress } from '@switchboard/match-address'
import { messaging } from '@switchboard/messaging'
import { numbers } from '@switchboard/numbers'
import { nats } from '@switchboard/nats'
import { redis } from '@switchboard/redis'
import { reminders } from '@switchboard/reminders'
import { salestools } from '@switchboard/salestools'
import { shopify } from '@switchboard/shopify'
import { simplybookme } from '@switchboard/simplybookme'
import { smtp } from '@switchboard/smtp'
import { staff } from '@switchboard/staff'
import { twilio } from '@switchboard/twilio'
import { webhooks } from '@switchboard/webhooks'

/** Every part that exists, by the name hub.yaml uses. */
export interface Catalogue {
  adapters: Readonly<Record<string, AdapterDefinition>>
  plugins: Readonly<Record<string, Plugin>>
}

/** What exists. A new part is a line here; hub.yaml switches it on. */
export const catalogue: Catalogue = {
  adapters: {
    agenda,
    appointjet,
    'blob-files': blobFiles,
    front,
    nats,
    redis,
    salestools,
    shopify,
    simplybookme,
    smtp,
    twilio,
  },
  plugins: {
    access,
    alerts,
    calls,
    'event-log': eventLog,
    gateway,
    hours,
    identity,
    'match-address': matchAddress,
    messaging,
    numbers,
    reminders,
    staff,
    webhooks,
  },
}
