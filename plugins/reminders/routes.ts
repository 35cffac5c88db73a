import { HubError, NotFound, route, z, type Directory, type Hub, type Route } from '@switchboard/core'
import { addOwn, changeOwn, listReminders, type Reminder } from './store.ts'

const Shown = z.object({
  id: z.string(),
  kind: z.enum(['appointment', 'own']),
  profileId: z.string().nullable(),
  ownerId: z.string().nullable(),
  text: z.string(),
  startsAt: z.date().nullable(),
  dueAt: z.date(),
  state: z.enum(['planned', 'sent', 'dropped', 'done']),
  because: z.string().nullable().meta({ description: 'why it was not sent' }),
  messageId: z.string().nullable(),
  by: z.string(),
})

function show({ id, kind, profileId, ownerId, body, startsAt, dueAt, state, because, messageId, madeBy }: Reminder) {
  return { id, kind, profileId, ownerId, text: body, startsAt, dueAt, state, because, messageId, by: madeBy }
}

/** What these routes work with. */
interface Desk extends Pick<Hub, 'store' | 'now' | 'port'> {
  directory(): Directory | null
}

/** Seeing reminders, and those that people set for themselves on a person. */
export function reminderRoutes(
  { store, now, port }: Pick<Hub, 'store' | 'now' | 'port'>,
  directory: Desk['directory'],
): Route[] {
  const desk: Desk = { store, now: () => now(), port, directory }
  return [list(desk), add(desk), change(desk)]
}

function list(hub: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/reminders',
    summary: 'Reminders, the next one first: of appointments to people, and our own',
    access: 'agent',
    query: z.object({
      profile: z.uuid().optional(),
      owner: z.uuid().optional(),
      state: z.enum(['planned', 'sent', 'dropped', 'done']).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.object({ items: z.array(Shown) }),
    handle: async ({ query: { profile, owner, state, limit } }) => {
      const wanted = { profileId: profile ?? null, ownerId: owner ?? null, state: state ?? null, limit }
      return { items: (await hub.store.read(tx => listReminders(tx, wanted))).map(show) }
    },
  })
}

function add(hub: Desk): Route {
  return route({
    method: 'POST',
    path: '/api/reminders',
    summary: 'Be reminded of a person at a time, or have somebody else reminded',
    access: 'agent',
    body: z.object({
      profileId: z.uuid(),
      text: z.string().trim().min(1).max(1000),
      at: z.iso.datetime({ offset: true }),
      ownerId: z.uuid().optional().meta({ description: 'default: whoever asks' }),
    }),
    answer: Shown,
    status: 201,
    handle: async ({ body: { profileId, text, at, ownerId }, principal }) => {
      const owner = ownerId ?? (principal?.kind === 'staff' ? principal.staffId : null)
      if (!owner) throw new HubError('bad_request', 'ownerId: say who is to be reminded')
      const dueAt = new Date(at)
      if (dueAt <= hub.now()) throw new HubError('bad_request', 'at: must be in the future')
      return hub.store.transact(async tx => {
        if (!(await hub.port('roster').find(tx, { id: owner as never }))) throw new NotFound('this member of staff')
        const [person] = (await hub.directory()?.reach?.(tx, [profileId])) ?? []
        if (!person) throw new NotFound('this person')
        const madeBy = principal?.name ?? 'somebody'
        return show(
          await addOwn(tx, { profileId: person.profileId, ownerId: owner, text, dueAt, madeBy, now: hub.now() }),
        )
      })
    },
  })
}

function change(hub: Desk): Route {
  return route({
    method: 'POST',
    path: '/api/reminders/:id',
    summary: 'Be done with a reminder of your own, or be reminded at another time',
    access: 'agent',
    params: z.object({ id: z.uuid() }),
    body: z
      .object({ done: z.literal(true), at: z.iso.datetime({ offset: true }) })
      .partial()
      .refine(({ done, at }) => (done === undefined) !== (at === undefined), 'say either done or at'),
    answer: Shown,
    handle: async ({ params, body: { done, at } }) => {
      const change = { isDone: done === true, dueAt: at === undefined ? null : new Date(at), now: hub.now() }
      const reminder = await hub.store.transact(tx => changeOwn(tx, params.id, change))
      if (!reminder) throw new NotFound('this reminder, or it is done')
      return show(reminder)
    },
  })
}
