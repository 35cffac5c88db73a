import { definePlugin, route, z, type Hub, type Route } from '@switchboard/core'
import { openingAt } from './opening.ts'
import { HoursSettings } from './settings.ts'

/** The business's opening hours: weeks with split days, holidays and closures, for everybody, for a team or for a line. */
export const hours = definePlugin({
  name: 'hours',
  options: HoursSettings,
  provides: ['hours'],
  setup: (hub, settings) => ({
    ports: { hours: { at: async (_tx, at, about) => openingAt(settings, at, about) } },
    routes: [openNow(hub, settings)],
  }),
})

const Asked = z.object({
  at: z.iso.datetime({ offset: true }).optional().meta({ description: 'default: now' }),
  line: z.string().default('').meta({ description: 'the line that is called, in E.164' }),
  team: z.string().optional(),
})

function openNow(hub: Hub, settings: HoursSettings): Route {
  return route({
    method: 'GET',
    path: '/api/hours',
    summary: 'Whether we are open at a moment, which rule says so, and when that changes',
    access: 'viewer',
    query: Asked,
    answer: z.object({ at: z.date(), isOpen: z.boolean(), because: z.string(), nextChangeAt: z.date().nullable() }),
    handle: async ({ query: { at, line, team = null } }) => {
      const moment = at === undefined ? hub.now() : new Date(at)
      return { at: moment, ...openingAt(settings, moment, { line, team }) }
    },
  })
}
