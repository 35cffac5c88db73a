import { z, type PersonRole, type Record, type Unreadable } from '@switchboard/core'
import { collectionNames, type CollectionName } from './cursor.ts'
import { customerNode } from './customer-shape.ts'
import { toContact } from './customer.ts'
import type { GraphqlError, Shop } from './graphql.ts'
import { toRecord } from './order.ts'
import { orderNode } from './shape.ts'

/** One kind of row a shop has. */
export interface Collection {
  name: CollectionName
  /** Its type in GraphQL. */
  type: 'Order' | 'Customer'
  /** What is asked of each row. */
  fields: string
  /** The search term for when a row was made. */
  madeTerm: string
  /** A row in the hub's words, by the names of the fields that were denied. */
  read(node: unknown, denied: ReadonlySet<string>): z.ZodSafeParseResult<Record>
}

const address = '{ firstName lastName name phone address1 address2 city provinceCode zip countryCodeV2 }'
const account = `id firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress ${address}`

/** The collections that name people. */
export const collections: { readonly [Name in CollectionName]: Collection } = {
  orders: {
    name: 'orders',
    type: 'Order',
    fields: `id name createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus email phone
      totalPriceSet { shopMoney { amount currencyCode } }
      customer { ${account} } billingAddress ${address} shippingAddress ${address}`,
    madeTerm: 'created_at',
    read: (node, denied) => orderNode.transform(order => toRecord(order, deniedRoles(denied))).safeParse(node),
  },
  customers: {
    name: 'customers',
    type: 'Customer',
    fields: `${account} createdAt updatedAt note tags`,
    madeTerm: 'customer_date',
    read: (node, denied) => customerNode.transform(person => toContact(person, denied.size > 0)).safeParse(node),
  },
}

/** What rows came to. */
export interface Read {
  records: Record[]
  unreadable: Unreadable[]
}

/** Reads one row of the API, with the errors that are about it: a denied field is null, which says nothing about the person. */
export function readNode({ read }: Collection, node: unknown, errors: readonly GraphqlError[] = []): Read {
  const failed = errors.find(({ code }) => code !== 'ACCESS_DENIED')
  if (node == null && errors.length > 0 && !failed) return { records: [], unreadable: [] }
  const denied = fieldsOf(errors)
  const result = failed ? null : read(node, denied)
  if (result?.success) return { records: [result.data], unreadable: [] }
  const error = failed ? failed.message : troubleOf(result)
  return { records: [], unreadable: [{ externalId: idOf(node), error, row: node ?? null }] }
}

function troubleOf(result: { error?: z.ZodError | undefined } | null): string {
  return result?.error ? z.prettifyError(result.error) : 'cannot be read'
}

/** The fields that errors are about. */
function fieldsOf(errors: readonly GraphqlError[]): ReadonlySet<string> {
  return new Set(errors.flatMap(({ path }) => path?.filter(step => typeof step === 'string') ?? []))
}

/** All of several rows, with a word in the log when the shop hid people. */
export function together(rows: readonly Read[], { kit }: Pick<Shop, 'kit'>): Read {
  const records = rows.flatMap(row => row.records)
  const hidden = records.filter(record => record.hidden).length
  if (hidden > 0)
    kit.log.warn(
      { hidden },
      'the shop does not show who its customers are: the app needs access to protected customer data',
    )
  return { records, unreadable: rows.flatMap(row => row.unreadable) }
}

const types = collectionNames.map(name => `... on ${collections[name].type} { ${collections[name].fields} }`)

/** Asks for one row by its global id. */
export const rowQuery = `query Row($id: ID!) { node(id: $id) { __typename ${types.join(' ')} } }`

function idOf(node: unknown): string | null {
  return z.object({ id: z.string() }).safeParse(node).data?.id ?? null
}

/** Whom of an order the shop did not show in full, by the fields it denied. */
function deniedRoles(denied: ReadonlySet<string>): PersonRole[] {
  return [...new Set([...denied].flatMap(field => rolesOf[field] ?? []))]
}

const rolesOf: { readonly [field: string]: PersonRole[] | undefined } = {
  customer: ['customer'],
  email: ['customer', 'contact'],
  phone: ['customer', 'contact'],
  billingAddress: ['billing'],
  shippingAddress: ['shipping'],
}
