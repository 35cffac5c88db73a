import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentLog } from '@switchboard/core/hub'
import { startPostgres, type Postgres } from '@switchboard/postgres-embedded'
import { until } from './calls-deploy-stand.ts'
import { compareFront, keptMessages, type KeptMessage } from './chores-front.ts'
import { openChoreStand, type ChoreStand } from './chores-stand.ts'

/** What came of a database that was away for a while. */
export interface OutageReport {
  'away, s': number
  /** Jobs that were to run once, before, while and after it was away. */
  jobs: number
  lost: number
  doubled: number
  /** From its return until the job that runs every 2 s ran again. */
  'back after, s': number
  /** Reminders that fell due meanwhile, and texts that were sent of them. */
  reminders: number
  texts: number
  /** Messages written at Front meanwhile that are missing or doubled. */
  'front missing': number
  'front doubled': number
}

/** How long, and how much is due meanwhile. */
export interface OutageSettings {
  databaseUrl: string
  dataDir: string
  server: { current: Postgres; dataDir: string }
  awaySeconds: number
  jobs: number
}

const second = 1000

/** Two hubs with Agenda: Postgres is stopped and started again while jobs, reminders and messages of Front come due. */
export async function outageDrill({ server, awaySeconds, jobs, ...place }: OutageSettings): Promise<OutageReport> {
  const ran = join(place.dataDir, 'ran.txt')
  const book = join(place.dataDir, 'book.jsonl')
  await writeFile(ran, '')
  const scene = await openChoreStand({
    ...{ ...place, seed: 29, hubs: 2, book, agenda: { processEvery: '1 second', firstRetrySeconds: 1 } },
    ...{ counted: { jobs, path: ran }, messaging: { schedule: '5 seconds' } },
    reminders: { before: [{ hours: 24 }], text: '{title}', schedule: '3 seconds' },
    prepare: 'create table if not exists drill_run (name text not null)',
  })
  try {
    const at = Date.now()
    const spread = (n: number): number => at + 2 * second + (n * (awaySeconds + 8) * second) / jobs
    await tellBook(
      scene,
      book,
      Array.from({ length: jobs }, (_, n) => new Date(spread(n) + 24 * 3600 * second)),
    )
    const soon = Array.from({ length: jobs }, (_, n) => ({ name: `drill.${n}`, at: new Date(spread(n)).toISOString() }))
    await scene.hubs[0]?.order({ do: 'soon', jobs: soon })
    await until('the steady job runs', async () => (await steady(ran)) > 0, 60_000)
    const port = Number(new URL(place.databaseUrl).port)
    await pauseUntil(at + 5 * second)
    await server.current.stop({ force: true })
    scene.front.many(jobs, 'messages')
    await pauseUntil(Date.now() + awaySeconds * second)
    server.current = await startPostgres({ dataDir: server.dataDir, port, log: silentLog(), durable: false })
    const backAt = Date.now()
    const before = await steady(ran)
    await until('the steady job runs again', async () => (await steady(ran)) > before, 120_000)
    const backAfter = (Date.now() - backAt) / second
    await until('every job ran', async () => (await onceRan(ran)).size >= jobs, 120_000).catch(() => null)
    await until('every text is sent', () => textsOf(scene).length >= jobs, 60_000).catch(() => null)
    await until('Front is read', async () => (await frontOf(scene)).missing === 0, 60_000).catch(() => null)
    // What would come twice has the time to.
    await pauseUntil(Date.now() + 8 * second)
    return {
      'away, s': awaySeconds,
      'back after, s': Math.round(backAfter * 10) / 10,
      ...(await compare(scene, ran, jobs)),
    }
  } finally {
    await scene.close()
  }
}

async function tellBook({ hubs }: ChoreStand, path: string, starts: readonly Date[]): Promise<void> {
  const lines = starts.map((startsAt, n) =>
    JSON.stringify({
      ...{ externalId: String(n), kind: 'appointment', version: 1, updatedAt: new Date(), deletedAt: null },
      people: [{ role: 'primary', firstName: 'Mia', phones: [`04915${71_000 + n}`] }],
      facts: {
        ...{ title: `A${n}`, startsAt: startsAt.toISOString(), endsAt: null, timeZone: null },
        ...{ status: 'confirmed', with: null, location: null },
      },
    }),
  )
  await appendFile(path, `${lines.join('\n')}\n`)
  await hubs[0]?.order({ do: 'pull', source: 'book' })
}

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').filter(Boolean)
}

async function steady(path: string): Promise<number> {
  return (await linesOf(path)).filter(name => name === 'drill.steady').length
}

async function onceRan(path: string): Promise<Set<string>> {
  return new Set((await linesOf(path)).filter(name => name !== 'drill.steady'))
}

function textsOf({ twilio }: ChoreStand): string[] {
  return twilio.texts().flatMap(({ direction, body }) => (direction === 'inbound' ? [] : [body]))
}

async function frontOf(scene: ChoreStand): Promise<ReturnType<typeof compareFront>> {
  return compareFront(scene.front.messages(), await scene.rows<KeptMessage>(keptMessages))
}

type Outcome = Omit<OutageReport, 'away, s' | 'back after, s'>

async function compare(scene: ChoreStand, ran: string, jobs: number): Promise<Outcome> {
  const rows = await scene.rows<{ name: string }>(`select name from drill_run where name <> 'drill.steady'`)
  const kept = new Set(rows.map(({ name }) => name))
  const runs = (await linesOf(ran)).filter(name => name !== 'drill.steady')
  const { missing, doubled } = await frontOf(scene)
  const texts = textsOf(scene)
  return {
    ...{ jobs, lost: jobs - kept.size, doubled: Math.max(rows.length, runs.length) - kept.size },
    ...{ reminders: jobs, texts: texts.length === new Set(texts).size ? texts.length : -texts.length },
    ...{ 'front missing': missing, 'front doubled': doubled },
  }
}

function pauseUntil(at: number): Promise<void> {
  return new Promise(wake => setTimeout(wake, Math.max(0, at - Date.now())))
}
