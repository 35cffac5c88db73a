import { definePlugin, messageOf, second, z, type Hub, type Roster, type Welcome } from '@switchboard/core'
import { StaffMember } from './entities.ts'
import { finishWrapups, makeRoster, type RosterNeeds } from './roster.ts'
import { staffRoutes } from './routes.ts'

const options = z.object({
  /** How long a person is left alone after a conversation; 0 turns wrapping up off. */
  wrapUpSeconds: z.int().min(0).max(3600).default(20),
  /** In which times of day are told, by its IANA name. */
  timeZone: z.string().refine(isTimeZone, 'is no time zone; write one such as Australia/Brisbane').default('UTC'),
})

/** The people who answer: who is on, who is free, and the claim that gives a free person to one call only. */
export const staff = definePlugin({
  name: 'staff',
  options,
  provides: ['roster'],
  entities: [StaffMember],
  setup: (hub, { wrapUpSeconds, timeZone }) => {
    const needs: RosterNeeds = { events: hub.events, now: () => hub.now(), wrapUpSeconds, timeZone }
    const roster = makeRoster(needs)
    const wrapups = everySecond(hub, () => hub.store.transact(tx => finishWrapups(tx, needs)))
    return {
      ports: { roster },
      routes: staffRoutes(hub, roster),
      welcome: { presence: everybodysPresence(roster) },
      start: async () => (hub.roles.has('worker') ? wrapups.start() : undefined),
      drain: wrapups.stop,
      close: wrapups.stop,
    }
  },
})

/** The field `presence` of the first frame of a client: everybody's. */
function everybodysPresence(roster: Roster): Welcome {
  return async tx =>
    (await roster.onDuty(tx)).map(({ id, name, presence, isConnected }) => ({
      staffId: id,
      name,
      presence,
      isConnected,
    }))
}

/** Does `work` every second until stopped, never twice at once. What fails is done a second later. */
function everySecond(hub: Hub, work: () => Promise<void>): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  const once = async (): Promise<void> => {
    await work().catch(error => hub.log.warn({ error: messageOf(error) }, 'wrapping up was not ended'))
    running = undefined
  }
  return {
    start: () => {
      timer ??= setInterval(() => (running ??= once()), second)
    },
    stop: async () => {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC'
}
