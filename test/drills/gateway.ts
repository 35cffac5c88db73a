import { cutsDrill, type CutReport } from './gateway-cuts.ts'
import { deafDrill, type DeafReport } from './gateway-deaf.ts'
import { fuzzDrill, type FuzzReport } from './gateway-fuzz.ts'
import { herdDrill, type HerdReport } from './gateway-herd.ts'
import { startGatewayHub, type GatewayHub } from './gateway-hub.ts'
import { refusalsDrill, type Refusal } from './gateway-refusals.ts'

/** Where the drill's hub keeps its things. */
export interface Place {
  databaseUrl: string
  dataDir: string
}

/** Runs something against a hub with so many people. */
export async function withGatewayHub<T>(
  place: Place & { staff: number; limits?: Record<string, number> },
  work: (hub: GatewayHub) => Promise<T>,
): Promise<T> {
  const hub = await startGatewayHub(place)
  try {
    return await work(hub)
  } finally {
    await hub.end()
  }
}

/** How large the gateway's drill is. */
export interface GatewayDrillSettings extends Place {
  cuts: {
    clients: number
    staff: number
    seconds: number
    restartAt: readonly number[]
    everyMs: number
    cutMs: number
  }
  herd: { clients: number; staff: number }
  deaf: { others: number; seconds: number; rounds: number }
  fuzz: { frames: number; seed: number }
}

/** Everything that came of it. */
export interface GatewayDrillReport {
  cuts: CutReport
  herd: HerdReport
  deaf: DeafReport
  refusals: Refusal[]
  fuzz: FuzzReport
}

/** The parts of the drill, in the order they are done. */
export const gatewayDrills = ['refusals', 'fuzz', 'deaf', 'cuts', 'herd'] as const
export type GatewayDrillName = (typeof gatewayDrills)[number]

/** The gateway under a bad network, bad clients and its own restarts, on a hub in a process of its own. `only`: not all of it. */
export async function gatewayDrill<Name extends GatewayDrillName = GatewayDrillName>(
  settings: GatewayDrillSettings & { only?: readonly Name[] },
  tell: (name: Name, report: object) => void = () => undefined,
): Promise<Pick<GatewayDrillReport, Name>> {
  const { databaseUrl, dataDir } = settings
  const staff = Math.max(settings.cuts.staff, settings.herd.staff, 30)
  // Less than usual may lie unread: the buffers of the machine on the way hold megabytes already.
  const limits = { unsentBytes: 64 * 1024 }
  return withGatewayHub({ databaseUrl, dataDir, staff, limits }, async hub => {
    const drills: { [Part in GatewayDrillName]: () => Promise<GatewayDrillReport[Part]> } = {
      refusals: () => refusalsDrill(hub),
      fuzz: () => fuzzDrill({ hub, ...settings.fuzz }),
      deaf: () => deafDrill({ hub, ...settings.deaf }),
      cuts: () => cutsDrill({ hub, ...settings.cuts, eventsPerSecond: 5 }),
      herd: () => herdDrill({ hub, ...settings.herd }),
    }
    const reports: Partial<GatewayDrillReport> = {}
    for (const name of settings.only ?? (gatewayDrills as readonly string[] as readonly Name[])) {
      const report = await drills[name]()
      Object.assign(reports, { [name]: report })
      tell(name, report)
    }
    return reports as Pick<GatewayDrillReport, Name>
  })
}

/** What of a report is not as it is to be; empty: all is. @param backWithinMs how soon the last of the herd is to be back, on a quiet machine */
export function gatewayTroubles(
  { refusals, fuzz, deaf, cuts, herd }: Partial<GatewayDrillReport>,
  backWithinMs = Infinity,
): string[] {
  const wrong = {
    ...Object.fromEntries((refusals ?? []).map(({ what, expected, seen }) => [what, expected !== seen])),
    'the hub crashed over nonsense, or logged errors': fuzz && (!fuzz.isAlive || fuzz.errors > 0),
    'a bystander of the nonsense missed something': fuzz && fuzz.bystanderHeard !== 1,
    'a client that does not read was not closed with 4008': deaf && deaf.closedWith !== '4008',
    'a client that does not read slows the others down': deaf && deaf.isMoved === true,
    'frames are missing': cuts && cuts.missing > 0,
    'frames came twice, out of order or to the wrong client': cuts && cuts.wrong > 0,
    'clients were told neither what they missed nor of a reset': cuts && cuts.forgotten > 0,
    'nothing happened': cuts && (cuts.published === 0 || cuts.heard === 0 || cuts.comebacks < cuts.clients),
    ...(herd && herdWrongs(herd, backWithinMs)),
  }
  return Object.entries(wrong).flatMap(([what, isWrong]) => (isWrong ? [what] : []))
}

function herdWrongs(herd: HerdReport, backWithinMs: number): Record<string, boolean> {
  return {
    'not all who were dropped resumed': herd.resumed !== herd.clients,
    [`who was dropped was back only after more than ${backWithinMs} ms`]: herd.maxMs > backWithinMs,
    'who was dropped did not hear all that came next': herd.heardOn !== herd.clients,
  }
}
