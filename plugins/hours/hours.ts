import { definePlugin, z } from '@switchboard/core'
import { businessHours, calendarOf } from './calendar.ts'
import { hoursEntities } from './entities.ts'
import { openingAt } from './opening.ts'
import { hoursRoutes } from './routes.ts'
import { HoursSettings } from './settings.ts'

const options = HoursSettings.safeExtend({
  /** Calendars of holidays in the iCalendar format, by name. */
  calendars: z
    .record(
      z.string().regex(/^[\w-]+$/, 'must be a name of letters, digits, _ and -'),
      z
        .object({ file: z.string().min(1).optional(), url: z.url({ protocol: /^https?$/ }).optional() })
        .refine(({ file, url }) => (file === undefined) !== (url === undefined), 'say either file or url'),
    )
    .default({}),
  /** How often they are read; null: only by hand. */
  schedule: z.string().nullable().default('1 day'),
})

/** The business's opening hours: weeks with split days, holidays and closures, for everybody, for a team or for a line. */
export const hours = definePlugin({
  name: 'hours',
  options,
  provides: ['hours'],
  wants: ['alerts'],
  entities: hoursEntities,
  http: ({ calendars }) => ({
    hosts: Object.values(calendars).flatMap(({ url }) => (url === undefined ? [] : [new URL(url).host])),
  }),
  setup: (hub, { calendars: sources, schedule, ...settings }) => {
    const { store, audit } = hub
    const calendar = calendarOf(hub, settings)
    return {
      ports: {
        hours: {
          at: async (tx, at, about) => openingAt((await calendar.present(tx)).settings, at, about),
          timeZone: () => settings.timeZone,
        },
      },
      routes: hoursRoutes({ store, audit, now: () => hub.now(), calendar }),
      jobs: [businessHours(hub, calendar, { sources, schedule })],
      start: async () => calendar.start(),
      close: async () => calendar.stop(),
    }
  },
})
