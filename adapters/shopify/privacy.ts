import { z, type Notice, type Redaction } from '@switchboard/core'
import { idNumber, understood } from './body.ts'

/** Who a privacy request is about: often only an email is known. */
const customer = z
  .object({ id: idNumber.nullish(), email: z.string().nullish(), phone: z.string().nullish() })
  .nullish()

const redactBody = z
  .object({ customer, orders_to_redact: z.array(idNumber).nullish() })
  .refine(
    ({ customer: who, orders_to_redact: orders }) => who?.id || who?.email || who?.phone || orders?.length,
    'names nobody to forget',
  )

const requestBody = z.object({
  customer,
  orders_requested: z.array(idNumber).nullish(),
  data_request: z.object({ id: idNumber }).nullish(),
})

/** `customers/redact`: this person is to be forgotten, in these orders and everywhere else. @throws HubError `bad_body` */
export function customerRedaction(body: unknown, at: Date): Redaction {
  const { customer: who, orders_to_redact: orders } = understood(redactBody, body)
  const gid = who?.id ? [customerGid(who.id)] : []
  const people = { externalIds: gid, emails: listed(who?.email), phones: listed(who?.phone) }
  return { redact: { people, externalIds: [...(orders ?? []).map(orderGid), ...gid] }, at }
}

/** `customers/data_request`: somebody asks the shop for what is known of them. Names nobody but by id: the log keeps no emails. */
export function dataRequest(body: unknown): Notice {
  const { customer: who, orders_requested: orders, data_request: request } = understood(requestBody, body)
  const id = request?.id ?? who?.id ?? 'unnamed'
  const name = who?.id ? customerGid(who.id) : "the customer that the request's delivery names"
  const about = orders?.length ? ` and orders ${orders.map(orderGid).join(', ')}` : ''
  return {
    notice: `data-request:${id}`,
    message: `the shop asks for all data held of ${name}${about} (request ${id}): send it to the shop's owner within 30 days`,
  }
}

/** `shop/redact`, 48 hours after the app was uninstalled: all of the shop is to be forgotten. */
export function shopRedaction(at: Date): Redaction {
  return { redact: 'all', at }
}

/** `app/uninstalled`: the token is void, nothing more comes. */
export function uninstalled(shop: string): Notice {
  return {
    notice: `uninstalled:${shop}`,
    message:
      `the app was uninstalled from ${shop}: nothing more can be read. Install it anew, or switch the entry off; ` +
      'two days after the uninstalling the shop has everything of it erased',
  }
}

/** The shop's own name of an order, from its number. */
export function orderGid(id: string): string {
  return `gid://shopify/Order/${id}`
}

/** The shop's own name of a customer, from its number. */
export function customerGid(id: string): string {
  return `gid://shopify/Customer/${id}`
}

function listed(text: string | null | undefined): string[] {
  return text?.trim() ? [text] : []
}
