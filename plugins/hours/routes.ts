import { HubError, route, z, type Hub, type Route } from '@switchboard/core'
import type { Calendar } from './calendar.ts'
import { withHolidays } from './calendar.ts'
import { openingAt } from './opening.ts'
import { preview } from './preview.ts'
import { HoursSettings } from './settings.ts'
import { currentVersion, holidaysTold, versions, writeVersion } from './store.ts'

interface Desk extends Pick<Hub, 'store' | 'now' | 'audit'> {
  calendar: Calendar
}

const Asked = z.object({
  at: z.iso.datetime({ offset: true }).optional().meta({ description: 'default: now' }),
  line: z.string().default('').meta({ description: 'the line that is called, in E.164' }),
  team: z.string().optional(),
})

const Told = z.array(z.object({ calendar: z.string(), date: z.string(), name: z.string() }))

/** Looking at the hours, changing them, and seeing what a change would do. */
export function hoursRoutes(desk: Desk): Route[] {
  return [openNow(desk), read(desk), write(desk), history(desk), tryOut(desk)]
}

function openNow({ store, now, calendar }: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/hours',
    summary: 'Whether we are open at a moment, which rule says so, and when that changes',
    access: 'viewer',
    query: Asked,
    answer: z.object({ at: z.date(), isOpen: z.boolean(), because: z.string(), nextChangeAt: z.date().nullable() }),
    handle: async ({ query: { at, line, team = null } }) => {
      const moment = at === undefined ? now() : new Date(at)
      const { settings } = await store.read(calendar.present)
      return { at: moment, ...openingAt(settings, moment, { line, team }) }
    },
  })
}

function read({ store }: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/hours/settings',
    summary:
      'The hours as they were set last, and the holidays that calendars tell; version 0: those of the configuration count',
    access: 'viewer',
    answer: z.object({ version: z.int(), settings: z.unknown(), holidays: Told }),
    handle: () =>
      store.read(async tx => {
        const found = await currentVersion(tx)
        return { version: found?.version ?? 0, settings: found?.settings ?? null, holidays: await holidaysTold(tx) }
      }),
  })
}

function write({ store, now, audit, calendar }: Desk): Route {
  return route({
    method: 'PUT',
    path: '/api/hours/settings',
    summary: 'Set the hours: they count from now on, instead of those of the configuration',
    access: 'manager',
    body: z.object({
      version: z.int().min(0).meta({ description: 'the one that was read: another meanwhile is a conflict' }),
      settings: z.unknown().meta({ description: 'as in hub.yaml' }),
      reason: z.string().trim().min(1).max(500).nullable().default(null),
    }),
    answer: z.object({ version: z.int() }),
    handle: async ({ body: { version: before, settings, reason }, principal }) => {
      parsed(settings)
      const version = before + 1
      const changedBy = principal?.name ?? 'somebody'
      const staffId = principal?.kind === 'staff' ? principal.staffId : null
      await store.transact(async tx => {
        const present = await currentVersion(tx)
        if ((present?.version ?? 0) !== before)
          throw new HubError('conflict', 'the hours were changed since you read them: read them again')
        await writeVersion(tx, { version, settings, changedBy, staffId, changedAt: now(), reason })
        const change = { before: { settings: present?.settings ?? null }, after: { settings }, reason }
        await audit.record(tx, { by: principal, what: 'hours.change', target: `hours:${version}`, ...change })
        calendar.changed(tx)
      })
      return { version }
    },
  })
}

function history({ store }: Desk): Route {
  return route({
    method: 'GET',
    path: '/api/hours/versions',
    summary: 'Who set the hours when and why, newest first',
    access: 'manager',
    query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    answer: z.object({
      items: z.array(
        z.object({
          version: z.int(),
          settings: z.unknown(),
          changedBy: z.string(),
          changedAt: z.date(),
          reason: z.string().nullable(),
        }),
      ),
    }),
    handle: async ({ query: { limit } }) => ({ items: await store.read(tx => versions(tx, limit)) }),
  })
}

function tryOut({ store, now, calendar }: Desk): Route {
  return route({
    method: 'POST',
    path: '/api/hours/preview',
    summary: 'When it would be open and closed over the next days, with other hours or with those that count now',
    access: 'viewer',
    body: z.object({
      settings: z.unknown().optional(),
      from: z.iso.datetime({ offset: true }).optional().meta({ description: 'default: now' }),
      days: z.int().min(1).max(62).default(14),
      line: z.string().default(''),
      team: z.string().optional(),
    }),
    answer: z.object({
      items: z.array(z.object({ from: z.date(), to: z.date(), isOpen: z.boolean(), because: z.string() })),
    }),
    handle: ({ body: { settings, from, days, line, team = null } }) =>
      store.read(async tx => {
        const supposed =
          settings === undefined
            ? (await calendar.present(tx)).settings
            : withHolidays(parsed(settings), await holidaysTold(tx))
        const begin = from === undefined ? now() : new Date(from)
        return { items: preview(supposed, begin, days, { line, team }) }
      }),
  })
}

/** @throws HubError bad_request with every mistake and its place */
function parsed(settings: unknown): HoursSettings {
  const read = HoursSettings.safeParse(settings)
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path, message }) => ({ path: ['settings', ...path].join('.'), message }))
  const said = issues.map(({ path, message }) => `${path}: ${message}`).join('\n')
  throw new HubError('bad_request', said, { issues })
}
