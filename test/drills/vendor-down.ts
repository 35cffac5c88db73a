import { rowsAtVendor, rowsKept, settled, stand, type Stand } from './vendor-stand.ts'

/** How long the others' deliveries take until they are stored, with one vendor up and down, and whether that one catches up. */
export interface DownReport {
  while: string
  /** Deliveries of another vendor, and how long from its first request until the row is stored. */
  deliveries: number
  p50Ms: number
  p99Ms: number
  /** Rows of the vendor that was down which are not right once it is back. */
  behind: number | null
}

const down = 'simplybookme'
const other = 'appointjet'
const minutes = 10

/**
 * One vendor does not answer for ten simulated minutes while its callbacks, which are hints, keep coming; another goes on as ever.
 * Then the first is back, and everything it missed is read.
 */
export async function vendorDownDrill(settings: {
  databaseUrl: string
  dataDir: string
  seed: number
  perMinute: number
}): Promise<DownReport[]> {
  const scene = await stand([down, other], settings)
  try {
    await scene.hub.pull(down)
    await scene.hub.pull(other)
    const before = await minutesOf(scene, settings.perMinute)
    const simulator = scene.simulators.get(down)
    simulator?.faults.set({ cut: 1 })
    const during = await minutesOf(scene, settings.perMinute)
    simulator?.faults.clear()
    const behind = await caughtUp(scene)
    return [
      { while: `${down} answers`, ...before, behind: null },
      { while: `${down} is down`, ...during, behind },
    ]
  } finally {
    await scene.close()
  }
}

/** Ten minutes of the hub's clock, in which both vendors change things. */
async function minutesOf(scene: Stand, perMinute: number): Promise<Pick<DownReport, 'deliveries' | 'p50Ms' | 'p99Ms'>> {
  const tookMs: number[] = []
  let isReading = false
  for (let minute = 0; minute < minutes; minute++) {
    void scene.simulators.get(down)?.many(5)
    // A read waits for a vendor that is down in real seconds: the minutes go on meanwhile.
    if (!isReading) {
      isReading = true
      void scene.hub
        .pull(down)
        .catch(() => undefined)
        .finally(() => (isReading = false))
    }
    for (let index = 0; index < perMinute; index++) tookMs.push(await stored(scene))
    scene.wait(60_000)
  }
  tookMs.sort((one, other) => one - other)
  const at = (share: number): number =>
    Math.round(tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0)
  return { deliveries: tookMs.length, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** Changes one row of the other vendor and waits until what its webhook told is stored. */
async function stored(scene: Stand): Promise<number> {
  const startedAt = performance.now()
  const before = await revision(scene)
  await scene.simulators.get(other)?.many(1)
  while ((await revision(scene)) === before) {
    if (performance.now() - startedAt > 20_000) throw new Error(`a delivery of ${other} was not stored within 20 s`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  return performance.now() - startedAt
}

async function revision({ hub }: Stand): Promise<string> {
  const rows = await hub.store.read(
    tx =>
      tx.sql<{ last: string }>`select coalesce(max(revision), 0) as last from source_record where source = ${other}`,
  )
  return rows[0]?.last ?? '0'
}

/** The breaker lets one request through every 30 real seconds; then all is read. */
async function caughtUp(scene: Stand): Promise<number> {
  const until = performance.now() + 120_000
  while (performance.now() < until) {
    const isRead = await scene.hub.pull(down).then(
      () => true,
      () => false,
    )
    if (isRead) break
    await new Promise(resolve => setTimeout(resolve, 1_000))
  }
  await settled(scene)
  await scene.hub.pull(down)
  const theirs = await rowsAtVendor(scene, down)
  const ours = new Map((await rowsKept(scene, down)).map(row => [row.externalId, row]))
  const isRight = (id: string): boolean => {
    const [record, row] = [theirs.get(id), ours.get(id)]
    return JSON.stringify(record?.facts) !== undefined && row !== undefined && !row.isDeleted
  }
  return [...theirs.keys()].filter(id => !isRight(id)).length
}
