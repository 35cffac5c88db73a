import { z } from '@switchboard/core'
import type { Account } from './customer.ts'
import { bodyAddress, nodeAddress, text, time } from './shape.ts'

/** Times that the shop leaves out in some of its own samples. */
const maybeTime = time.nullish().transform(given => given ?? null)

/** Tags come as a list from the API and as one text from webhooks. */
const tags = z
  .union([z.array(z.string()), z.string().transform(given => given.split(','))])
  .nullish()
  .transform(given => (given ?? []).map(tag => tag.trim()).filter(Boolean))

/** A customer of the API. Fields we do not know are left out, fields that are missing are null. */
export const customerNode = z
  .object({
    id: z.string().startsWith('gid://shopify/Customer/'),
    createdAt: maybeTime,
    updatedAt: time,
    firstName: text,
    lastName: text,
    note: text,
    tags,
    defaultEmailAddress: z.object({ emailAddress: text }).nullish(),
    defaultPhoneNumber: z.object({ phoneNumber: text }).nullish(),
    defaultAddress: nodeAddress,
  })
  .transform(({ defaultEmailAddress, defaultPhoneNumber, ...node }) => ({
    ...node,
    email: defaultEmailAddress?.emailAddress ?? null,
    phone: defaultPhoneNumber?.phoneNumber ?? null,
  })) satisfies z.ZodType<Account>

/** A customer of a webhook. */
export const customerBody = z
  .object({
    admin_graphql_api_id: z.string().startsWith('gid://shopify/Customer/'),
    created_at: maybeTime,
    updated_at: time,
    first_name: text,
    last_name: text,
    email: text,
    phone: text,
    note: text,
    tags,
    default_address: bodyAddress,
  })
  .transform(body => ({
    ...{ id: body.admin_graphql_api_id, createdAt: body.created_at, updatedAt: body.updated_at },
    ...{ firstName: body.first_name, lastName: body.last_name, email: body.email, phone: body.phone },
    ...{ note: body.note, tags: body.tags, defaultAddress: body.default_address },
  })) satisfies z.ZodType<Account>
