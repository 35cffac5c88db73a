import {
  after,
  cleanPhone,
  day,
  HubError,
  NotFound,
  route,
  z,
  type Hub,
  type Region,
  type Route,
} from '@switchboard/core'
import { allow, disallow, listAllowed, listBlocked, report, takeBack } from './block-store.ts'
import { listLines } from './line-store.ts'

interface Desk extends Pick<Hub, 'store' | 'now' | 'audit'> {
  region: Region
}

const Reason = z.string().trim().min(1).max(300)
const BlockedShown = z.object({
  number: z.string(),
  list: z.string(),
  reason: z.string(),
  until: z.date().nullable(),
  addedBy: z.string(),
  addedAt: z.date(),
  isAllowed: z.boolean().meta({ description: 'heard all the same' }),
})
const AllowedShown = z.object({ number: z.string(), reason: z.string(), addedBy: z.string(), addedAt: z.date() })

/** The account's lines, and the numbers nobody wants to hear from. */
export function numberRoutes(desk: Desk): Route[] {
  return [lines(desk), blocked(desk), add(desk), remove(desk), allowed(desk), allowOne(desk), disallowOne(desk)]
}

function lines({ store }: Desk): Route {
  const Drift = z.object({ setting: z.string(), is: z.string().nullable(), shouldBe: z.string() })
  return route({
    method: 'GET',
    path: '/api/lines',
    summary: 'The lines of the phone account, and whether they lead here',
    access: 'agent',
    answer: z.object({
      items: z.array(
        z.object({
          vendorId: z.string(),
          number: z.string(),
          name: z.string().nullable(),
          takes: z.array(z.string()),
          drift: z.array(Drift),
          mendedAt: z.date().nullable(),
          seenAt: z.date(),
          goneAt: z.date().nullable(),
        }),
      ),
    }),
    handle: async () => ({ items: await store.read(listLines) }),
  })
}

function blocked({ store }: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/blocked',
    summary: 'Numbers nobody wants to hear from, by number',
    access: 'agent',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: z.string().optional(),
    }),
    answer: z.object({ items: z.array(BlockedShown), cursor: z.string().nullable() }),
    handle: async ({ query: { limit, cursor } }) => {
      const place = cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString()
      const found = await store.read(tx => listBlocked(tx, place, limit + 1))
      const last = found.length > limit ? found[limit - 1] : undefined
      const next = last ? Buffer.from(`${last.number} ${last.list}`).toString('base64url') : null
      return { items: found.slice(0, limit), cursor: next }
    },
  })
}

function add(desk: Desk): Route {
  return route({
    method: 'POST',
    path: '/api/blocked',
    summary: 'Report a number as spam: its calls are turned away from now on',
    access: 'agent',
    body: z.object({
      phone: z.string().max(60),
      reason: Reason.default('reported as spam'),
      days: z.int().min(1).max(3650).nullable().default(90).meta({ description: 'null: for good' }),
    }),
    answer: z.object({ number: z.string(), until: z.date().nullable() }),
    status: 201,
    handle: async ({ body: { phone, reason, days }, principal }) => {
      const number = numberOf(desk, phone)
      const [addedAt, addedBy] = [desk.now(), principal?.name ?? 'somebody']
      const until = days === null ? null : after(addedAt, days * day)
      await desk.store.transact(async tx => {
        await report(tx, { number, reason, until, addedBy, addedAt })
        await desk.audit.record(tx, {
          by: principal,
          what: 'number.block',
          target: `number:${number}`,
          after: { reason, until },
        })
      })
      return { number, until }
    },
  })
}

function remove(desk: Desk): Route {
  return route({
    method: 'DELETE',
    path: '/api/blocked/:phone',
    summary: 'Take a number off what people reported',
    access: 'agent',
    params: z.object({ phone: z.string() }),
    handle: async ({ params: { phone }, principal }) => {
      const number = numberOf(desk, phone)
      await desk.store.transact(async tx => {
        if (!(await takeBack(tx, number))) throw new NotFound(`a report of ${number}`)
        await desk.audit.record(tx, { by: principal, what: 'number.unblock', target: `number:${number}` })
      })
    },
  })
}

function allowed({ store }: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/allowed',
    summary: 'Numbers that are heard whatever lists say',
    access: 'agent',
    answer: z.object({ items: z.array(AllowedShown) }),
    handle: async () => ({ items: await store.read(listAllowed) }),
  })
}

function allowOne(desk: Desk): Route {
  return route({
    method: 'POST',
    path: '/api/allowed',
    summary: 'Hear a number whatever lists say',
    access: 'manager',
    body: z.object({ phone: z.string().max(60), reason: Reason }),
    answer: AllowedShown,
    status: 201,
    handle: async ({ body: { phone, reason }, principal }) => {
      const one = { number: numberOf(desk, phone), reason, addedBy: principal?.name ?? 'somebody', addedAt: desk.now() }
      await desk.store.transact(async tx => {
        await allow(tx, one)
        await desk.audit.record(tx, {
          by: principal,
          what: 'number.allow',
          target: `number:${one.number}`,
          after: { reason },
        })
      })
      return one
    },
  })
}

function disallowOne(desk: Desk): Route {
  return route({
    method: 'DELETE',
    path: '/api/allowed/:phone',
    summary: 'Have lists decide about a number again',
    access: 'manager',
    params: z.object({ phone: z.string() }),
    handle: async ({ params: { phone }, principal }) => {
      const number = numberOf(desk, phone)
      await desk.store.transact(async tx => {
        if (!(await disallow(tx, number))) throw new NotFound(`${number} among the allowed`)
        await desk.audit.record(tx, { by: principal, what: 'number.disallow', target: `number:${number}` })
      })
    },
  })
}

function numberOf({ region }: Desk, written: string): string {
  const number = cleanPhone(written, region)
  if (!number) throw new HubError('bad_request', 'phone is no phone number: write it with its area code, or as +61…')
  return number
}
