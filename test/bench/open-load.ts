import { Agent, request } from 'node:http'

/** One request of a load. */
export interface Shot {
  path: string
  headers: Record<string, string>
  body: Buffer
}

/** What a load met. Latencies are from the planned time of each request, so waiting counts: an open model. */
export interface LoadReport {
  sent: number
  /** Answered 2xx. */
  accepted: number
  failed: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/** Sends `perSecond` requests a second for `seconds`, each at its planned time whether or not earlier ones were answered. Loopback only. */
export async function openLoad(
  url: string,
  shots: Iterator<Shot>,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const { hostname, port } = new URL(url)
  if (hostname !== '127.0.0.1') throw new Error(`${hostname} is not this machine`)
  const total = perSecond * seconds
  const latencies: number[] = []
  let failed = 0
  const start = performance.now() + 50
  const fire = async (index: number): Promise<void> => {
    const plannedAt = start + (index * 1000) / perSecond
    const next = shots.next()
    if (next.done) return
    const status = await send({ hostname, port, agent }, next.value)
    if (status >= 200 && status < 300) latencies.push(performance.now() - plannedAt)
    else failed += 1
  }
  const inFlight: Promise<void>[] = []
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1000) + 1)
    for (; index < due; index++) inFlight.push(fire(index))
    await new Promise(wake => setTimeout(wake, 1))
  }
  await Promise.all(inFlight)
  agent.destroy()
  return { sent: total, accepted: latencies.length, failed, ...percentiles(latencies) }
}

function send(to: { hostname: string; port: string; agent: Agent }, { path, headers, body }: Shot): Promise<number> {
  return new Promise(resolve => {
    const sent = request(
      { ...to, path, method: 'POST', headers: { ...headers, 'content-length': body.length } },
      response => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
      },
    )
    sent.once('error', () => resolve(0))
    sent.end(body)
  })
}

/** The median, the 99th percentile and the largest, in milliseconds with one decimal. */
export function percentiles(values: readonly number[]): { p50Ms: number; p99Ms: number; maxMs: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN) * 10) / 10
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
