import { after, day, definePlugin, isTimeZone, z, type Hub, type Region } from '@switchboard/core'
import { reminderEntities } from './entities.ts'
import { reminderRoutes } from './routes.ts'
import { planAll, sendDue, type Desk } from './send.ts'
import { followPeople, forget, tidy } from './store.ts'

const count = z.int().min(0).max(60)

const options = z.object({
  /** How long before an appointment people are reminded, by the clock on the wall. */
  before: z
    .array(
      z
        .object({ days: count, hours: count, minutes: count })
        .partial()
        .refine(before => Object.values(before).some(Boolean), 'must be longer than nothing, such as { days: 1 }'),
    )
    .min(1)
    .default([{ days: 1 }]),
  /** `{firstName}`, `{title}`, `{date}`, `{time}`, `{with}` and `{location}` are filled in. */
  text: z
    .string()
    .min(1)
    .max(1000)
    .default('Hi {firstName}, see you {date} at {time}: {title}{with}{location}. If that does not suit, just answer.'),
  /** Where an appointment does not say. */
  timeZone: z.string().refine(isTimeZone, 'is no time zone, such as Australia/Sydney').default('UTC'),
  region: z.string().length(2).default('AU'),
  /** In which dates are written. */
  locale: z.string().min(2).default('en-AU'),
  /** A reminder less than this before the appointment helps nobody. */
  leastMinutes: z.int().min(0).max(1440).default(15),
  /** How often it is looked what is due; null: only by hand. */
  schedule: z.string().nullable().default('1 minute'),
})

/** Reminds people of their appointments, and us of people. */
export const reminders = definePlugin({
  name: 'reminders',
  options,
  needs: ['threads', 'roster'],
  wants: ['directory'],
  entities: reminderEntities,
  setup: (hub, settings) => {
    const desk = deskOf(hub, settings)
    return {
      routes: reminderRoutes(hub, () => hub.wanted('directory')),
      jobs: [
        {
          name: 'AppointmentReminders',
          schedule: settings.schedule,
          handle: async () => ({ planned: await planAll(desk), sent: await sendDue(desk) }),
        },
        {
          name: 'reminders.tidy',
          schedule: '1 day',
          handle: async () => ({
            forgotten: await hub.store.transact(tx => tidy(tx, after(hub.now(), -90 * day))),
          }),
        },
      ],
      forget: (tx, { source, externalIds }) => forget(tx, source, externalIds, hub.now()),
      on: {
        'profile.merged': async (tx, { data }) => {
          const { profileId, merged } = z.object({ profileId: z.string(), merged: z.array(z.string()) }).parse(data)
          await followPeople(tx, profileId, merged)
        },
      },
    }
  },
})

function deskOf(hub: Hub, settings: z.output<typeof options>): Desk {
  const { store, events, log } = hub
  const furthest = Math.max(...settings.before.map(({ days = 0, hours = 0 }) => days + hours / 24))
  return {
    ...{ store, events, log, now: () => hub.now(), threads: () => hub.port('threads') },
    settings: { ...settings, region: settings.region as Region, horizonDays: Math.ceil(furthest) + 2 },
  }
}
