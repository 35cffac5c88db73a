import {
  clearAlert,
  definePlugin,
  messageOf,
  minute,
  raiseAlert,
  route,
  secret,
  second,
  z,
  type Hub,
  type PluginParts,
  type Route,
  type Tx,
  type Welcome,
} from '@switchboard/core'
import { carryNotices } from './carry.ts'
import { step } from './damping.ts'
import { alertEntities } from './entities.ts'
import { dueAlerts, forgetTold, listAlerts, lockAlert, readTold, untoldAlerts, writeTold, type Which } from './store.ts'
import { tell, topic } from './tell.ts'

const options = z.object({
  /** Who gets mail, if anybody; takes a part that sends mail, such as `smtp`. */
  email: z
    .object({ to: z.union([z.array(z.email()).min(1), z.email().transform(one => [one])]).optional() })
    .optional(),
  /** Who else is told, by name. */
  webhooks: z
    .record(
      z.string().regex(/^[a-z][\w-]*$/i, 'must be a name of letters, digits, _ and -'),
      z.object({
        url: z.url({ protocol: /^https?$/ }),
        /** Signs what is sent, as the Standard Webhooks say. */
        secret: secret().regex(
          /^whsec_[A-Za-z0-9+/]{24,}={0,2}$/,
          'must be whsec_ and at least 24 characters of base64',
        ),
      }),
    )
    .default({}),
  /** For how long an alert must be over before that is told. Each time it comes back: twice as long, up to an hour. */
  calmMinutes: z.coerce.number().min(0).max(60).default(2),
})
type Options = z.output<typeof options>

/** Tells people what they have to see to, once, and when it is over: in the log, on managers' clients, by mail and by webhook. */
export const alerts = definePlugin({
  name: 'alerts',
  options,
  wants: ['mailer', 'roster'],
  provides: ['alerts'],
  entities: alertEntities,
  setup,
})

function setup(hub: Hub, { email: mail, webhooks, calmMinutes }: Options): PluginParts {
  const email = mail?.to ? { to: mail.to } : null
  const ways = [...(email ? ['email'] : []), ...Object.keys(webhooks).map(name => `webhook:${name}`)]
  const look = (which: Which): Promise<void> =>
    hub.store.transact(tx => lookAt(tx, hub, { which, ways, calmMs: calmMinutes * minute }))
  const listen = async (tx: Tx, { data }: { data: unknown }): Promise<void> =>
    lookAt(tx, hub, { which: Which.parse(data), ways, calmMs: calmMinutes * minute })
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()
  return {
    ports: {
      alerts: {
        raise: async (tx, alert) => void (await raiseAlert(tx, alert, hub)),
        clear: async (tx, which) => void (await clearAlert(tx, which, hub)),
      },
    },
    on: { 'alert.raised': listen, 'alert.cleared': listen },
    couriers: { [topic]: carryNotices(hub, { email, webhooks }, () => hub.wanted('mailer')) },
    routes: [alertsRoute(hub)],
    welcome: { alerts: standingFor(hub) },
    start: async () => {
      if (email && !hub.wanted('mailer')) hub.log.warn({}, 'alerts cannot be mailed: switch the smtp adapter on')
      if (!hub.roles.has('worker')) return
      await hub.store.read(untoldAlerts).then(untold => Promise.all(untold.map(look)))
      const again = (): void => {
        round = settle(hub, look).then(() => void (timer = setTimeout(again, second)))
      }
      again()
    },
    close: async () => {
      await round
      clearTimeout(timer)
    },
  }
}

const Which: z.ZodType<Which> = z.object({ part: z.string(), key: z.string() })

/** Tells of alerts whose time has come. */
async function settle(hub: Hub, look: (which: Which) => Promise<void>): Promise<void> {
  try {
    for (const which of await hub.store.read(tx => dueAlerts(tx, hub.now()))) await look(which)
  } catch (error) {
    hub.log.debug({ error: messageOf(error) }, 'alerts could not be looked at')
  }
}

/** Compares what an alert is with what people know, and tells them. Two hubs that look at the same time do so one after the other. */
async function lookAt(
  tx: Tx,
  hub: Hub,
  { which, ways, calmMs }: { which: Which; ways: readonly string[]; calmMs: number },
): Promise<void> {
  const alert = await lockAlert(tx, which)
  if (!alert) return
  const { isStanding, message } = alert
  const { told, news } = step(await readTold(tx, which), { isStanding, now: hub.now(), calmMs })
  if (told) await writeTold(tx, which, { told, message })
  else await forgetTold(tx, which)
  if (told && news) await tell(tx, hub, { ways, about: { ...which, news, message, since: told.since } })
}

const AlertShown = z.object({
  part: z.string().meta({ description: 'the part it is about' }),
  key: z.string(),
  message: z.string(),
  raisedAt: z.date(),
  seenAt: z.date().meta({ description: 'when it was found to stand the last time' }),
  clearedAt: z.date().nullable(),
  flaps: z.int().meta({ description: 'how often it came back shortly after it was over' }),
})

function alertsRoute({ store }: Hub): Route {
  return route({
    method: 'GET',
    path: '/api/alerts',
    summary: 'What somebody has to see to, and what was of late',
    access: 'viewer',
    query: z.object({
      state: z.enum(['standing', 'over']).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answer: z.object({ items: z.array(AlertShown) }),
    handle: async ({ query: { state, limit } }) => {
      const isStanding = state === undefined ? null : state === 'standing'
      return { items: await store.read(tx => listAlerts(tx, { isStanding, limit })) }
    },
  })
}

/** Managers see on arrival what stands. */
function standingFor(hub: Hub): Welcome {
  return async (tx, staffId) => {
    const person = await hub.wanted('roster')?.find(tx, { id: staffId })
    if (person?.role !== 'manager' && person?.role !== 'admin') return []
    return listAlerts(tx, { isStanding: true, limit: 50 })
  }
}
