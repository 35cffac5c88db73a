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
  deaf: { others: number; seconds: number }
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

/** The gateway under a bad network, bad clients and its own restarts, on a hub in a process of its own. */
export async function gatewayDrill(
  settings: GatewayDrillSettings,
  tell: (name: string, report: object) => void = () => undefined,
): Promise<GatewayDrillReport> {
  const { databaseUrl, dataDir } = settings
  const staff = Math.max(settings.cuts.staff, settings.herd.staff, 30)
  const told = <T extends object>(name: string, report: T): T => {
    tell(name, report)
    return report
  }
  // Less than usual may lie unread: the buffers of the machine on the way hold megabytes already.
  const limits = { unsentBytes: 64 * 1024 }
  return withGatewayHub({ databaseUrl, dataDir, staff, limits }, async hub => ({
    refusals: told('refusals', await refusalsDrill(hub)),
    fuzz: told('fuzz', await fuzzDrill({ hub, ...settings.fuzz })),
    deaf: told('deaf', await deafDrill({ hub, ...settings.deaf })),
    cuts: told('cuts', await cutsDrill({ hub, ...settings.cuts, eventsPerSecond: 5 })),
    herd: told('herd', await herdDrill({ hub, ...settings.herd })),
  }))
}
