import { definePlugin, newId, type Hub, type PluginParts } from '@switchboard/core'
import { admit, renew } from './admission.ts'
import { pruneAnswers } from './answer-store.ts'
import { keepAttendance } from './attendance.ts'
import { repeat, type Chore } from './chore.ts'
import { dispatch, presenceSet } from './commands.ts'
import { runConnections, type Connections } from './connections.ts'
import { gatewayEntities } from './entities.ts'
import { fallen } from './grant.ts'
import { listeners } from './listeners.ts'
import { checkTls, limitsOf, options, type Options } from './options.ts'
import { isAllowedOrigin } from './origin.ts'
import { protocolRoutes } from './protocol-routes.ts'
import { listen, type Asker, type Server, type ServerSettings } from './server.ts'
import { countsOf, framesAfter, outdated, prune, pruneTickets } from './store.ts'
import { ticketRoute } from './tickets.ts'
import { wakeUp } from './wake.ts'

/** The WebSocket side of the hub: staff clients see what concerns them, and give commands. */
export const gateway = definePlugin({
  name: 'gateway',
  options,
  needs: ['roster', 'auth'],
  wants: ['directory', 'screenpop', 'history'],
  entities: gatewayEntities,
  setup,
})

function setup(hub: Hub, settings: Options): PluginParts {
  const { graceSeconds, callGraceSeconds } = settings
  const grace = { graceMs: graceSeconds * 1000, callGraceMs: callGraceSeconds * 1000 }
  const attendance = keepAttendance({ hub, hubId: newId(), ...grace })
  const limits = limitsOf(settings)
  const desk = { hub, attendance, limits }
  const connections = runConnections({
    log: hub.log,
    now: hub.now,
    limits,
    admit: askings => admit(desk, askings),
    renew: (grant, frame) => renew(desk, grant, frame),
    framesAfter: (staffId, seq, limit) => hub.store.read(tx => framesAfter(tx, staffId, seq, limit)),
    countsOf: staffIds => hub.store.read(tx => countsOf(tx, staffIds)),
    run: (origin, frame) => dispatch(hub, origin, frame),
    left: attendance.leave,
  })
  const wake = wakeUp(hub)
  const chores: Chore[] = []
  let server: Server | null = null
  let isServing = false
  const open = async (): Promise<void> => {
    const { host, port, tls } = settings
    checkTls(settings)
    const refusal = (asker: Asker) => (isServing ? refusalOf({ hub, settings, connections }, asker) : notServing)
    server = listen({ host, port, tls, limits, refusal, opened: connections.opened })
    await attendance.start()
    isServing = true
    hub.log.info({ host, port: server.port }, 'gateway listens')
    wake.start(connections.look)
    chores.push(
      repeat('deadlines', 1_000, async () => connections.tick(), hub.log),
      repeat('grants', 2_000, () => endFallen(hub, connections), hub.log),
      repeat('pruning', 60_000, () => pruneAll(hub), hub.log),
    )
  }
  const url = (): string => urlOf(hub, settings, server)
  const close = async (): Promise<void> => {
    isServing = false
    await Promise.all([wake.stop(), ...chores.map(chore => chore.stop())])
    await connections.close()
    server?.close()
    await attendance.stop()
  }
  return {
    routes: [ticketRoute(hub, url), ...protocolRoutes(hub, url)],
    commands: [presenceSet(hub)],
    on: listeners(hub, connections.push),
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

const full = { status: '503 Service Unavailable', reason: 'too many connections; come back' }

function refusalOf(
  { hub, settings, connections }: { hub: Hub; settings: Options; connections: Connections },
  { origin, address }: Asker,
): ReturnType<ServerSettings['refusal']> {
  if (!isAllowedOrigin(origin, [...settings.origins, new URL(hub.publicUrl).origin]))
    return {
      status: '403 Forbidden',
      reason: 'pages of this origin may not connect; name it in plugins.gateway.origins',
    }
  return connections.hasRoom(address) ? null : full
}

function urlOf(hub: Hub, { publicUrl, port, tls }: Options, server: Server | null): string {
  return publicUrl ?? `${tls ? 'wss' : 'ws'}://${new URL(hub.publicUrl).hostname}:${server?.port ?? port}/gateway`
}

/** Closes the connections whose sign-in or key is over, or whose person was shut out or got another role. */
async function endFallen(hub: Hub, connections: Connections): Promise<void> {
  const grants = connections.grants()
  if (grants.length > 0) connections.end(await hub.store.read(tx => fallen(hub, tx, grants)))
}

async function pruneAll(hub: Hub): Promise<void> {
  const now = hub.now()
  await hub.store.transact(async tx => {
    await pruneTickets(tx, now)
    await pruneAnswers(tx, now)
  })
  for (const { staffId, upTo } of await hub.store.read(tx => outdated(tx, now)))
    await hub.store.transact(tx => prune(tx, staffId, upTo))
}
