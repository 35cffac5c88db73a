import { customerGid, type ShopCustomer } from './shopify-customers.ts'
import { orderGid, type WorldAccount, type WorldAddress, type WorldOrder } from './world.ts'

/** An order as the Admin GraphQL API writes it, with more fields than anybody asked for. */
export function orderNode(order: WorldOrder): object {
  return {
    __typename: 'Order',
    id: orderGid(order.id),
    name: order.number,
    createdAt: seconds(order.placedAt),
    updatedAt: seconds(order.updatedAt),
    cancelledAt: order.cancelledAt && seconds(order.cancelledAt),
    displayFinancialStatus: order.financial,
    displayFulfillmentStatus: order.fulfillment,
    email: order.email,
    phone: order.phone,
    totalPriceSet: { shopMoney: { amount: decimal(order.total.amount), currencyCode: order.total.currency } },
    customer: order.customer && accountNode(order.customer),
    billingAddress: order.billing && nodeAddress(order.billing),
    shippingAddress: order.shipping && nodeAddress(order.shipping),
    sourceName: 'web',
  }
}

/** An order as webhooks write it: the REST resource. Whole numbers too large for a double are written as `"#123"`, see `exactJson`. */
export function orderBody(order: WorldOrder): object {
  return {
    id: `#${order.id}`,
    admin_graphql_api_id: orderGid(order.id),
    name: order.number,
    order_number: Number(order.number.slice(1)),
    email: order.email ?? '',
    contact_email: order.email,
    phone: order.phone,
    created_at: seconds(order.placedAt),
    updated_at: seconds(order.updatedAt),
    cancelled_at: order.cancelledAt && seconds(order.cancelledAt),
    currency: order.total.currency,
    financial_status: order.financial.toLowerCase(),
    fulfillment_status: { FULFILLED: 'fulfilled', PARTIALLY_FULFILLED: 'partial', UNFULFILLED: null }[
      order.fulfillment
    ],
    total_price: order.total.amount,
    source_name: 'web',
    line_items: order.lines,
    billing_address: order.billing && bodyAddress(order.billing),
    shipping_address: order.shipping && bodyAddress(order.shipping),
    customer: order.customer && accountBody(order.customer),
  }
}

/** The same for an app that may not see customers: no email, no addresses, and a customer that is an id. */
export function redactedBody(order: WorldOrder): object {
  const {
    billing_address: _,
    shipping_address: __,
    customer: ___,
    ...rest
  } = orderBody(order) as { [field: string]: unknown }
  const customer = order.customer && {
    id: `#${order.customer.id}`,
    admin_graphql_api_id: customerGid(order.customer.id),
  }
  return { ...rest, email: '', contact_email: null, phone: null, customer }
}

/** A customer as the Admin GraphQL API writes them. */
export function customerNode(customer: ShopCustomer): object {
  return {
    __typename: 'Customer',
    ...accountNode(customer),
    createdAt: seconds(customer.createdAt),
    updatedAt: seconds(customer.updatedAt),
    note: customer.note,
    tags: customer.tags,
    state: 'DISABLED',
  }
}

/** A customer as webhooks write them. */
export function customerBody(customer: ShopCustomer): object {
  return {
    ...accountBody(customer),
    created_at: seconds(customer.createdAt),
    updated_at: seconds(customer.updatedAt),
    state: 'disabled',
    verified_email: true,
    note: customer.note,
    tags: customer.tags.join(', '),
    currency: 'AUD',
  }
}

/** The same for an app that may not see customers. */
export function redactedCustomerBody(customer: ShopCustomer): object {
  return {
    ...{ id: `#${customer.id}`, admin_graphql_api_id: customerGid(customer.id), state: 'disabled' },
    ...{ created_at: seconds(customer.createdAt), updated_at: seconds(customer.updatedAt) },
  }
}

/** The fields an app without that access gets as null from the API, by the type of row. */
export const protectedFields = {
  Order: ['email', 'phone', 'customer', 'billingAddress', 'shippingAddress'],
  Customer: ['firstName', 'lastName', 'defaultEmailAddress', 'defaultPhoneNumber', 'defaultAddress'],
} as const

/** JSON in which `"#123"` is the number 123, however large: Shopify's ids do not fit a double. */
export function exactJson(value: object): string {
  return JSON.stringify(value).replace(/(?<=id":|\[|,)"#(\d+)"(?!:)/g, '$1')
}

function accountNode(customer: WorldAccount): object {
  return {
    id: customerGid(customer.id),
    ...namesOf(customer),
    defaultEmailAddress: customer.email === null ? null : { emailAddress: customer.email },
    defaultPhoneNumber: customer.phone === null ? null : { phoneNumber: customer.phone },
    defaultAddress: defaultOf(customer, nodeAddress),
  }
}

function accountBody(customer: WorldAccount): object {
  return {
    id: `#${customer.id}`,
    admin_graphql_api_id: customerGid(customer.id),
    email: customer.email,
    first_name: customer.firstName,
    last_name: customer.lastName,
    phone: customer.phone,
    default_address: defaultOf(customer, bodyAddress),
  }
}

/** The default address. An account whose name is crammed into one field has the name there, be it without a place. */
function defaultOf({ place, ...who }: WorldAccount, address: (written: Places) => object): object | null {
  return place === null && who.name === null ? null : address({ ...who, ...(place ?? nowhere) })
}

const nowhere = { street: null, unit: null, city: '', region: null, zip: '', country: 'AU' }

type Places = Omit<WorldAddress, 'street' | 'region'> & { street: string | null; region: string | null }

function nodeAddress({ phone, street, unit, city, region, zip, country, ...names }: Places): object {
  return {
    ...namesOf(names),
    name: fullName(names),
    company: null,
    phone,
    address1: street,
    address2: unit,
    city,
    provinceCode: region,
    zip,
    countryCodeV2: country,
  }
}

function bodyAddress({
  firstName,
  lastName,
  phone,
  street,
  unit,
  city,
  region,
  zip,
  country,
  ...rest
}: Places): object {
  return {
    first_name: firstName,
    last_name: lastName,
    name: fullName({ firstName, lastName, ...rest }),
    company: null,
    phone,
    address1: street,
    address2: unit,
    city,
    province_code: region,
    zip,
    country_code: country,
  }
}

type Names = Pick<WorldAddress, 'firstName' | 'lastName' | 'name'>

function namesOf({ firstName, lastName }: Names): object {
  return { firstName, lastName }
}

function fullName({ firstName, lastName, name }: Names): string {
  return name ?? [firstName, lastName].filter(Boolean).join(' ')
}

/** The shop's times have whole seconds. */
function seconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}

/** The API writes "398.0" where webhooks write "398.00". */
function decimal(amount: string): string {
  return amount.replace(/0$/, '')
}
