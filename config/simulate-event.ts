import { HubError, z } from '@switchboard/core'
import { readAddress } from './address.ts'

/** Something that happens at a simulated vendor. */
export interface SimulatedEvent {
  /** Such as `order`. */
  what: string
  /** The entry of the vendor in hub.yaml. */
  source: string
  /** Under the vendor's address. */
  path: string
  body: object
  /** A simulator that runs by itself, instead of the running hub's. */
  url?: string | undefined
}

const outcome = z.looseObject({
  id: z.string().optional(),
  messageSid: z.string().optional(),
  number: z.string().optional(),
  /** What became of the webhook; a call has none of its own. */
  delivered: z.object({ attempts: z.number(), status: z.number().nullable() }).optional(),
})

export type Outcome = z.output<typeof outcome>

/**
 * Makes it happen, and waits until the vendor's webhook was answered.
 * @throws HubError unavailable when nobody simulates that vendor; bad_request with what the simulator said
 */
export async function makeHappen(dataDir: string, { what, source, path, body, url }: SimulatedEvent): Promise<Outcome> {
  const vendor = url ?? (await simulatorOf(dataDir, source))
  const request = { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(new URL(path, vendor), request).catch((cause: unknown) => {
    throw new HubError('unavailable', `the simulated ${source} at ${vendor} does not answer`, { cause })
  })
  const text = await response.text()
  if (response.status === 404) throw new HubError('bad_request', `${source} knows no ${what}s: choose another --source`)
  if (!response.ok) throw new HubError('bad_request', `${source} said ${response.status}: ${messageIn(text)}`)
  return outcome.parse(JSON.parse(text || '{}'))
}

async function simulatorOf(dataDir: string, source: string): Promise<string> {
  const { simulators } = await readAddress(dataDir)
  const url = simulators[source]
  if (url) return url
  const names = Object.keys(simulators).join(', ')
  const there = names ? `it simulates ${names}` : 'it simulates nobody'
  const message = `the running hub does not simulate ${source}; ${there} (\`simulate: true\` in hub.yaml)`
  throw new HubError('unavailable', message)
}

function messageIn(text: string): string {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(text)).message
  } catch {
    return text
  }
}

/** What happened, for whoever made it happen. */
export function tell({ what, source, body }: SimulatedEvent, { delivered, number, ...one }: Outcome): string {
  const id = one.id ?? one.messageSid
  const done = 'deleted' in body ? 'deleted' : 'id' in body ? 'changed' : 'made'
  const named = [what, ...(number ? [number] : []), ...(id ? [number ? `(${id})` : id] : [])].join(' ')
  return `${source}: ${named} ${done}${delivered ? `; ${webhookOf(source, delivered)}` : ''}`
}

function webhookOf(source: string, { attempts, status }: NonNullable<Outcome['delivered']>): string {
  if (attempts === 0) return `no webhook was sent: npm run hub -- sync ${source} finds it`
  const tries = attempts === 1 ? '' : ` at try ${attempts}`
  return status === null ? `nobody answered its webhook${tries}` : `its webhook was answered with ${status}${tries}`
}
