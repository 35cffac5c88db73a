import { agenda } from '@switchboard/agenda'
import { appointjet } from '@switchboard/appointjet'
import type { AdapterDefinition, Plugin } from '@switchboard/core'
import { access } from '@switchboard/access'
import { calls } from '@switchboard/calls'
import { gateway } from '@switchboard/gateway'
import { identity } from './matching.ts'
import { shopify } from '@switchboard/shopify'
import { staff } from '@switchboard/staff'
import { twilio } from '@switchboard/twilio'

/** Every part that exists, by the name hub.yaml uses. */
export interface Catalogue {
  adapters: Readonly<Record<string, AdapterDefinition>>
  plugins: Readonly<Record<string, Plugin>>
}

/** What exists. A new part is a line here; hub.yaml switches it on. */
export const catalogue: Catalogue = {
  adapters: { agenda, appointjet, shopify, twilio },
  plugins: { access, calls, gateway, identity, staff },
}
