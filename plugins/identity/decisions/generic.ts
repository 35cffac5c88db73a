import { atLeast, NotFound, route, z, type Route, type Tx } from '@switchboard/core'
import { decideGenericKey, listGenericKeys, type ShownGenericKey } from '../model-store.ts'
import { digestOf } from '../pipeline/reading.ts'
import { masked } from '../why/mask.ts'
import { deciding, nameOf } from './act.ts'
import type { DecidingHub } from './routes.ts'

const GenericShown = z.object({
  id: z.string(),
  field: z.string(),
  value: z.string().meta({ description: 'Partly hidden below the role manager.' }),
  people: z.int().meta({ description: 'How many different people give it, by what they say.' }),
  state: z.enum(['generic', 'confirmed', 'lifted']),
  since: z.date(),
  decidedBy: z.string().nullable(),
  decidedAt: z.date().nullable(),
})

/** No more are shown: they are few, or something is very wrong. */
const mostShown = 500
const mostFound = 100_000

/** Contacts that so many people give that they tell nobody apart: ops see them, confirm or lift them. */
export function genericRoutes({ store, events, audit, now }: DecidingHub): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/generic-contacts',
      summary: 'Emails and phones that tell nobody apart, the most shared first',
      access: 'agent',
      answer: z.object({ items: z.array(GenericShown) }),
      handle: async ({ principal }) => {
        const keys = await store.read(tx => listGenericKeys(tx, mostShown))
        const isOpen = atLeast(deciding(principal).role, 'manager')
        return { items: keys.map(key => show(key, isOpen)) }
      },
    }),
    route({
      method: 'POST',
      path: '/api/generic-contacts/:id',
      summary:
        'Say that a contact tells nobody apart (confirm), or that it is an ordinary one (lift); its people are matched anew soon',
      access: 'manager',
      params: z.object({ id: z.string() }),
      body: z.strictObject({
        decision: z.enum(['confirm', 'lift']),
        reason: z.string().trim().min(1).max(500).optional(),
      }),
      answer: GenericShown,
      handle: ({ params, body: { decision, reason = null }, principal }) =>
        store.transact(async tx => {
          const [by, at] = [deciding(principal), now()]
          const before = await find(tx, params.id)
          const { key } = before
          await decideGenericKey(tx, key, decision === 'confirm' ? 'confirmed' : 'lifted', { by: nameOf(by), at })
          await audit.record(tx, {
            ...{ by, what: `generic.${decision}`, target: `generic:${params.id}`, reason },
            before: { state: before.state },
            after: { state: decision === 'confirm' ? 'confirmed' : 'lifted' },
          })
          await events.publish(tx, 'records.changed', { source: 'generic-contacts' })
          return show(await find(tx, params.id), true)
        }),
    }),
  ]
}

async function find(tx: Tx, id: string): Promise<ShownGenericKey> {
  const found = (await listGenericKeys(tx, mostFound)).find(({ key }) => digestOf(key) === id)
  if (!found) throw new NotFound(`generic contact ${id}`)
  return found
}

/** The id is made of the key without telling it. */
function show({ key, field, signatures, ...rest }: ShownGenericKey, isOpen: boolean): z.output<typeof GenericShown> {
  const value = key.slice(field.length + 1)
  return { id: digestOf(key), field, value: isOpen ? value : masked(field, value), people: signatures, ...rest }
}
