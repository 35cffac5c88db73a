import { z, type PostalAddress } from '@switchboard/core'
import type { Address, Order } from './order.ts'

/** Text of the shop; empty text is none. */
export const text = z
  .string()
  .nullish()
  .transform(given => (given?.trim() ? given : null))

/** A time of the shop: RFC 3339, in any zone. */
export const time = z.iso.datetime({ offset: true }).transform(given => new Date(given))

const amount = z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a decimal number')
const currency = z.string().regex(/^[a-z]{3}$/i, 'must be a currency code')

/** An address of the API. */
export const nodeAddress = z
  .object({
    ...{ firstName: text, lastName: text, name: text, phone: text },
    ...{ address1: text, address2: text, city: text, provinceCode: text, zip: text, countryCodeV2: text },
  })
  .nullish()
  .transform((given): Address | null => {
    if (!given) return null
    const { firstName, lastName, name, phone, provinceCode: region, countryCodeV2: country, ...rest } = given
    return { firstName, lastName, name, phone, place: placeOf({ ...rest, region, country }) }
  })

/** Where an address is; null where it says nothing but a country. */
function placeOf({ address1, address2, city, region, zip, country }: Written): PostalAddress | null {
  const street = [address1, address2].filter(Boolean).join(', ') || null
  return street || city || zip ? { street, city, region, postcode: zip, country } : null
}

interface Written {
  address1: string | null
  address2: string | null
  city: string | null
  region: string | null
  zip: string | null
  country: string | null
}

/** An order of the API. Fields we do not know are left out, fields that are missing are null. */
export const orderNode = z
  .object({
    id: z.string().startsWith('gid://shopify/Order/'),
    name: z.string(),
    createdAt: time,
    updatedAt: time,
    cancelledAt: z.string().nullish(),
    displayFinancialStatus: text,
    displayFulfillmentStatus: text,
    email: text,
    phone: text,
    totalPriceSet: z.object({ shopMoney: z.object({ amount, currencyCode: currency }) }).nullish(),
    customer: z
      .object({
        id: text,
        firstName: text,
        lastName: text,
        defaultEmailAddress: z.object({ emailAddress: text }).nullish(),
        defaultPhoneNumber: z.object({ phoneNumber: text }).nullish(),
        defaultAddress: nodeAddress,
      })
      .nullish(),
    billingAddress: nodeAddress,
    shippingAddress: nodeAddress,
  })
  .transform(node => ({
    ...{ id: node.id, name: node.name, createdAt: node.createdAt, updatedAt: node.updatedAt },
    isCancelled: Boolean(node.cancelledAt),
    financial: node.displayFinancialStatus,
    fulfillment: node.displayFulfillmentStatus,
    total: totalOf(node.totalPriceSet?.shopMoney.amount, node.totalPriceSet?.shopMoney.currencyCode),
    ...{ email: node.email, phone: node.phone },
    customer: node.customer
      ? {
          ...{ id: node.customer.id, firstName: node.customer.firstName, lastName: node.customer.lastName },
          email: node.customer.defaultEmailAddress?.emailAddress ?? null,
          phone: node.customer.defaultPhoneNumber?.phoneNumber ?? null,
          defaultAddress: node.customer.defaultAddress,
        }
      : null,
    billing: node.billingAddress,
    shipping: node.shippingAddress,
  })) satisfies z.ZodType<Order>

/** An address of a webhook. */
export const bodyAddress = z
  .object({
    ...{ first_name: text, last_name: text, name: text, phone: text },
    ...{ address1: text, address2: text, city: text, province_code: text, zip: text, country_code: text },
  })
  .nullish()
  .transform((given): Address | null => {
    if (!given) return null
    const { first_name: firstName, last_name: lastName, name, phone, ...rest } = given
    const place = placeOf({ ...rest, region: rest.province_code, country: rest.country_code })
    return { firstName, lastName, name, phone, place }
  })

/** An order of a webhook. */
export const orderBody = z
  .object({
    admin_graphql_api_id: z.string().startsWith('gid://shopify/Order/'),
    name: z.string(),
    created_at: time,
    updated_at: time,
    cancelled_at: z.string().nullish(),
    financial_status: text,
    fulfillment_status: text,
    total_price: amount.nullish(),
    currency: currency.nullish(),
    email: text,
    phone: text,
    customer: z
      .object({
        admin_graphql_api_id: text,
        first_name: text,
        last_name: text,
        email: text,
        phone: text,
        default_address: bodyAddress,
      })
      .nullish(),
    billing_address: bodyAddress,
    shipping_address: bodyAddress,
  })
  .transform(body => ({
    ...{ id: body.admin_graphql_api_id, name: body.name, createdAt: body.created_at, updatedAt: body.updated_at },
    isCancelled: Boolean(body.cancelled_at),
    financial: body.financial_status,
    fulfillment: body.fulfillment_status,
    total: totalOf(body.total_price, body.currency),
    ...{ email: body.email, phone: body.phone },
    customer: body.customer
      ? {
          ...{ id: body.customer.admin_graphql_api_id, firstName: body.customer.first_name },
          ...{ lastName: body.customer.last_name, email: body.customer.email, phone: body.customer.phone },
          defaultAddress: body.customer.default_address,
        }
      : null,
    billing: body.billing_address,
    shipping: body.shipping_address,
  })) satisfies z.ZodType<Order>

function totalOf(amount: string | null | undefined, currency: string | null | undefined): Order['total'] {
  return amount && currency ? { amount, currency } : null
}
