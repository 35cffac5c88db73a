import { parseArgs } from 'node:util'
import { gatewayDrill, gatewayDrills, gatewayTroubles, type GatewayDrillName } from './gateway.ts'

const text = { type: 'string' } as const
/** How soon everybody who was dropped at once is to be back. */
const backWithinMs = 10_000
const options = { only: text, clients: text, herd: text, seconds: text, frames: text } as const

/**
 * The gateway's drill as it was asked for: all of it, or `--only refusals,fuzz,deaf,cuts,herd`; smaller with `--clients N` (of the cuts), `--seconds N`
 * (of the cuts), `--herd N` and `--frames N`. Prints a table of each part.
 * @returns whether all went well
 */
export async function runGateway(args: string[], place: { databaseUrl: string; dataDir: string }): Promise<boolean> {
  const { values } = parseArgs({ args, options, allowPositionals: true })
  const size = (given: string | undefined, whole: number): number => Number(given ?? whole)
  let startedAt = performance.now()
  const tell = (name: GatewayDrillName, report: object): void => {
    const troubles = gatewayTroubles({ [name]: report }, backWithinMs)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    console.log(`${name}, ${seconds} s: ${troubles.length === 0 ? 'as it should be' : troubles.join('; ')}`)
    console.table(Array.isArray(report) ? report : [report])
    startedAt = performance.now()
  }
  const [seconds, everyMs] = [size(values.seconds, 120), 10_000]
  const report = await gatewayDrill(
    {
      ...place,
      only: partsOf(values.only),
      cuts: {
        ...{ clients: size(values.clients, 1_000), staff: 100, seconds, everyMs, cutMs: 2_000 },
        restartAt: [4, 8],
      },
      herd: { clients: size(values.herd, 5_000), staff: 100 },
      deaf: { others: 100, seconds: 10, rounds: 7 },
      fuzz: { frames: size(values.frames, 100_000), seed: 20 },
    },
    tell,
  )
  return gatewayTroubles(report, backWithinMs).length === 0
}

function partsOf(only: string | undefined): readonly GatewayDrillName[] {
  if (only === undefined) return gatewayDrills
  const known = (name: string): name is GatewayDrillName => (gatewayDrills as readonly string[]).includes(name)
  return only.split(',').map(name => {
    if (known(name)) return name
    throw new Error(`there is no part ${name}; there are ${gatewayDrills.join(', ')}`)
  })
}
