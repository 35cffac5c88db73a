import {
  amountOf,
  contractRow,
  contractText as text,
  contractTime,
  money,
  z,
  type Money,
  type Person,
  type Record,
  type RecordHead,
} from '@switchboard/core'

const amount = z.union([z.string(), z.number().transform(String)])
const currency = z.string().regex(/^[a-z]{3}$/i, 'must be a currency code, such as AUD')

/** An amount with its currency, as the contract writes it. */
const price = z.object({ amount, currency }).transform((given, context) => read(given.amount, given.currency, context))

/** A day without a time is its noon in UTC: nearly everywhere on earth that is the same day. */
const dayOrTime = z.union([contractTime, z.iso.date().transform(day => new Date(`${day}T12:00:00Z`))])

const address = z
  .object({ street: text, city: text, region: text, postcode: text, country: text })
  .nullish()
  .transform(given => (given?.street || given?.city || given?.postcode ? given : null))

const customer = z.object({
  id: text,
  name: text,
  email: text,
  phones: z
    .array(text)
    .nullish()
    .transform(phones => (phones ?? []).filter(phone => phone !== null)),
  address,
})

/** An order as the contract has it. A status we do not know is passed on in its own words. */
export const orderRow = contractRow
  .extend({
    number: text,
    status: z.string(),
    ordered_at: dayOrTime,
    total: price.nullish(),
    /** With a currency of its own, or in that of the total. */
    balance_due: z.union([price, amount]).nullish(),
    customer: customer.nullish(),
    /** Who sold it. */
    staff: z.object({ name: text }).nullish(),
  })
  .transform(({ balance_due: due, ...row }, context) => {
    const isBare = typeof due === 'string'
    const owed = isBare ? (row.total ? read(due, row.total.currency, context) : null) : (due ?? null)
    return { ...row, owed }
  })

/** The order in the hub's words. The name stays one text as somebody typed it: the hub splits it. */
export function toRecord(row: z.output<typeof orderRow>, head: Omit<RecordHead, 'people'>): Record {
  return {
    kind: 'order',
    ...head,
    people: peopleOf(row.customer),
    facts: {
      number: row.number ?? row.id,
      placedAt: row.ordered_at.toISOString(),
      total: row.total ?? null,
      status: statusOf(row.status, row.owed),
      ...(row.staff?.name ? { soldBy: row.staff.name } : {}),
    },
  }
}

function peopleOf(who: z.output<typeof customer> | null | undefined): Person[] {
  if (!who) return []
  const { id, name, email, phones, address } = who
  return name || email || phones.length > 0 ? [{ role: 'customer', externalId: id, name, email, phones, address }] : []
}

/** Plain words: "confirmed, AUD 120.00 due". */
function statusOf(status: string, owed: Money | null): string {
  const words = status.replaceAll('_', ' ')
  return owed && owed.minor > 0 ? `${words}, ${owed.currency} ${amountOf(owed)} due` : words
}

function read(amount: string, currency: string, context: z.core.$RefinementCtx): Money {
  try {
    return money(amount, currency)
  } catch {
    context.addIssue({ code: 'custom', message: `"${amount}" is not an amount of money` })
    return z.NEVER
  }
}
