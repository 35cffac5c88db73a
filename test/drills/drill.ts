import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@switchboard/core/hub'
import { startPostgres } from '@switchboard/postgres-embedded'
import { migrate } from '@switchboard/migrations/migrate'
import { onGround } from '@switchboard/test-postgres/ground'
import { isDeployDrill, runDeployDrill } from './calls-deploy-run.ts'
import { isTroubleDrill, runCalls, runTrouble, type Server } from './calls-run.ts'
import { runChores } from './chores-run.ts'
import { freshDatabases } from './fresh-database.ts'
import { runGateway } from './gateway-run.ts'
import { crashDuring, type Moment } from './ring-crash.ts'
import { vendorDownDrill } from './vendor-down.ts'
import { messageDrill, messengerNames, sourceDrill, sourceNames, type DrillSettings } from './vendors.ts'

const drills: Readonly<Record<string, () => Promise<void>>> = {
  gateway,
  calls,
  chores,
  'ring-crash': ringCrash,
  vendors,
  'vendor-down': vendorDown,
}

/**
 * Many seeded calls at once, with everything going wrong now and then: `--seeds`, `--from`, `--seed`, `--together`, `--workers`, `--rate`;
 * with `--only kill` or `--only redeploy` hubs that die, or are replaced, during calls; with `--only database` or `--only frozen` a database that
 * restarts again and again, or one of two hubs that stands still for a while.
 */
async function calls(): Promise<void> {
  const args = process.argv.slice(3)
  const isFine = isDeployDrill(args)
    ? await onGround(ground => runDeployDrill(args, ground))
    : await onServer(async (fresh, server) =>
        isTroubleDrill(args) ? runTrouble(args, await fresh(), server) : runCalls(args, fresh),
      )
  if (!isFine) process.exitCode = 1
}

/** Chores under a silent webhook, kills, moved clocks and a database that is away: `--only silent,kill,reminders,sydney,berlin,steps,outage`, `--short`. */
async function chores(): Promise<void> {
  if (!(await onServer((fresh, server) => runChores(process.argv.slice(3), { fresh, server })))) process.exitCode = 1
}

/** Kills the hub with -9 during calls, three times at each moment. */
async function ringCrash(): Promise<void> {
  const moments: Moment[] = ['ringing', 'talking', 'ringing', 'talking', 'ringing', 'talking']
  const reports: object[] = []
  for (const moment of moments) reports.push(await inFolder(dataDir => crashDuring(moment, dataDir)))
  console.table(reports)
}

/** 2,000 changes at each vendor with every fault at 10 %; then one that is down for ten simulated minutes. */
async function vendors(): Promise<void> {
  const settings = { seed: 20, changes: 2000, rate: 0.1 }
  const reports: object[] = []
  const run = async (drill: (settings: DrillSettings) => Promise<object>): Promise<void> => {
    const startedAt = performance.now()
    const report = await onGround(place => drill({ ...settings, ...place }))
    reports.push({ ...report, seconds: Math.round((performance.now() - startedAt) / 1000) })
    console.error(JSON.stringify(reports.at(-1)))
  }
  for (const name of sourceNames) await run(all => sourceDrill(name, all))
  for (const name of messengerNames)
    await run(async all => {
      const { vendor, ...report } = await messageDrill(name, all)
      return { vendor: `${vendor} messages`, ...report }
    })
  console.table(reports)
  await vendorDown()
}

/** One vendor is down for ten simulated minutes while another goes on. */
async function vendorDown(): Promise<void> {
  console.table(await onGround(place => vendorDownDrill({ ...place, seed: 20, perMinute: 20 })))
}

/** 1,000 clients under cuts and restarts, 5,000 dropped at once, one that does not read, and everything that is to be refused: `--only refusals,fuzz,deaf,cuts,herd`. */
async function gateway(): Promise<void> {
  if (!(await onGround(place => runGateway(process.argv.slice(3), place)))) process.exitCode = 1
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-drill-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A server that makes fresh, migrated databases. */
function onServer<T>(work: (fresh: () => Promise<string>, server: Server) => Promise<T>): Promise<T> {
  return inFolder(async dataDir => {
    const current = await startPostgres({ dataDir: join(dataDir, 'pg'), log: silentLog(), durable: false })
    const server = { current, dataDir }
    try {
      await migrate(current.url)
      return await work(freshDatabases(current.url), server)
    } finally {
      await server.current.stop({ force: true })
    }
  })
}

const name = process.argv[2] ?? ''
const drill = drills[name]
if (drill) await drill()
else {
  console.error(`npm run drill -- <name>, of ${Object.keys(drills).join(', ')}`)
  process.exitCode = 2
}
