import { definePlugin, newId, z, type Hub, type PluginParts } from '@switchboard/core'
import { admit } from './admission.ts'
import { keepAttendance } from './attendance.ts'
import { repeat, type Chore } from './chore.ts'
import { dispatch, presenceSet } from './commands.ts'
import { runConnections } from './connections.ts'
import { gatewayEntities } from './entities.ts'
import { listeners } from './listeners.ts'
import { isAllowedOrigin } from './origin.ts'
import { listen, type Server, type ServerSettings } from './server.ts'
import { countsOf, framesAfter, outdated, prune, pruneTickets } from './store.ts'
import { ticketRoute } from './tickets.ts'
import { polling } from './wake.ts'

const options = z.object({
  /** 0: any free one. */
  port: z.coerce.number().int().min(0).max(65_535).default(3001),
  /** The address to listen on. */
  host: z.string().default('0.0.0.0'),
  /** Who may connect from a browser: whole origins, or host names. The hub's own address always may. */
  origins: z.array(z.string()).default(['localhost', '127.0.0.1']),
  /** What clients are told to connect to, when that is not the hub's host with our port: behind a proxy, `wss://desk.example.com/gateway`. */
  publicUrl: z.url({ protocol: /^wss?$/ }).optional(),
  /** How long a person still counts as connected after a socket was lost. */
  graceSeconds: z.coerce.number().min(0).max(600).default(15),
})
type Options = z.output<typeof options>

/** The WebSocket side of the hub: staff clients see what concerns them, and give commands. */
export const gateway = definePlugin({
  name: 'gateway',
  options,
  needs: ['roster', 'auth'],
  wants: ['directory', 'history'],
  entities: gatewayEntities,
  setup,
})

function setup(hub: Hub, settings: Options): PluginParts {
  const attendance = keepAttendance({ hub, hubId: newId(), graceMs: settings.graceSeconds * 1000 })
  const connections = runConnections({
    log: hub.log,
    now: hub.now,
    admit: (hello, connectionId) => admit(hub, attendance, hello, connectionId),
    framesAfter: (staffId, seq, limit) => hub.store.read(tx => framesAfter(tx, staffId, seq, limit)),
    countsOf: staffIds => hub.store.read(tx => countsOf(tx, staffIds)),
    run: (staffId, frame) => dispatch(hub, staffId, frame),
    left: attendance.leave,
  })
  const wake = polling(250, hub.log)
  const chores: Chore[] = []
  let server: Server | null = null
  let isServing = false
  const open = async (): Promise<void> => {
    const { host, port } = settings
    const refusal = (origin: string) => (isServing ? refusalOf(hub, settings, origin) : notServing)
    server = listen({ host, port, refusal, opened: connections.opened })
    await attendance.start()
    isServing = true
    hub.log.info({ host, port: server.port }, 'gateway listens')
    wake.start(connections.look)
    chores.push(
      repeat('deadlines', 1_000, async () => connections.tick(), hub.log),
      repeat('pruning', 60_000, () => pruneAll(hub), hub.log),
    )
  }
  const close = async (): Promise<void> => {
    isServing = false
    await Promise.all([wake.stop(), ...chores.map(chore => chore.stop())])
    await connections.close()
    server?.close()
    await attendance.stop()
  }
  return {
    routes: [ticketRoute(hub, () => urlOf(hub, settings, server))],
    commands: [presenceSet(hub)],
    on: listeners(hub, kept => kept.forEach(frame => connections.push(frame.staffId, [frame]))),
    start: async () => {
      if (hub.roles.has('gateway')) await open()
    },
    drain: async () => {
      isServing = false
      connections.drain()
    },
    close: async () => {
      if (server) await close()
    },
  }
}

const notServing = { status: '503 Service Unavailable', reason: 'the hub is starting or stopping; come back' }

function refusalOf(hub: Hub, { origins }: Options, origin: string): ReturnType<ServerSettings['refusal']> {
  if (isAllowedOrigin(origin, [...origins, new URL(hub.publicUrl).origin])) return null
  return { status: '403 Forbidden', reason: 'pages of this origin may not connect; name it in plugins.gateway.origins' }
}

function urlOf(hub: Hub, { publicUrl, port }: Options, server: Server | null): string {
  return publicUrl ?? `ws://${new URL(hub.publicUrl).hostname}:${server?.port ?? port}/gateway`
}

async function pruneAll(hub: Hub): Promise<void> {
  const now = hub.now()
  await hub.store.transact(tx => pruneTickets(tx, now))
  for (const { staffId, upTo } of await hub.store.read(tx => outdated(tx, now)))
    await hub.store.transact(tx => prune(tx, staffId, upTo))
}
