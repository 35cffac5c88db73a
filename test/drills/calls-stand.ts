import { definePlugin, identityOf, z, type StaffId } from '@switchboard/core'
import { listen, silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { calls } from '@switchboard/calls'
import { staff } from '@switchboard/staff'
import { twilio } from '@switchboard/twilio'
import { twilioSimulator, type RunningTwilio } from '@switchboard/test-simulators/twilio'
import { randomOf, seedOf } from '@switchboard/test-simulators/random'
import { worldOf } from '@switchboard/test-simulators/world'
import pg from 'pg'
import type { FaultSettings } from '@switchboard/test-simulators/faults'
import type { Cast, Colleague, Scene } from './calls-people.ts'
import type { StandingClock } from './standing-clock.ts'

/** A hub and a phone vendor under one clock, with people for some seeds: each has a line, and staff who are rung for it alone. */
export interface CallsStand extends Scene {
  hub: RunningHub
  clock: StandingClock
  casts: readonly Cast[]
  /** When the vendor's time began. */
  zeroMs: number
  /** How the hub answered what staff asked of it, by status. */
  answers: Map<number, number>
  close(): Promise<void>
}

/** What a stand is made with. */
export interface CallsStandSettings {
  databaseUrl: string
  dataDir: string
  clock: StandingClock
  seeds: readonly number[]
  /** Calls of each seed. */
  calls: number
  faults: Partial<FaultSettings>
}

const staffEach = 5
/** How long anything takes from us to the vendor or back. */
const transit = { minMs: 20, maxMs: 180 }

/** Starts it. The vendor's numbers, faults and delays follow from the first seed. */
export async function openCallsStand(settings: CallsStandSettings): Promise<CallsStand> {
  const { clock, seeds } = settings
  const door = await listen(0)
  const zeroMs = clock.now().getTime()
  const simulated = await vendorOf(settings, door.url)
  const hub = await startHub({
    adapters: {
      twilio: {
        use: twilio,
        options: { ...twilioSimulator.options, ...simulated.options, concurrency: 100, messaging: false },
      },
    },
    plugins: {
      door: { use: desk },
      staff: { use: staff, options: { wrapUpSeconds: 5 } },
      calls: { use: calls, options: { ringSeconds: 20, maxWaitSeconds: 120, voicemailMaxSeconds: 30 } },
    },
    ...{ databaseUrl: settings.databaseUrl, dataDir: settings.dataDir, door, now: clock.now, log: silentLog() },
  })
  const casts = await Promise.all(
    seeds.map(async (seed, index) => {
      return { seed, calls: settings.calls, line: lineOf(index), staff: await enrol(hub, seed) }
    }),
  )
  const answers: CallsStand['answers'] = new Map()
  const ask: Scene['ask'] = async (who, path, body) => {
    const status = await asked(hub.url + path, who, { method: 'POST', body: JSON.stringify(body) })
    answers.set(status, (answers.get(status) ?? 0) + 1)
    return status
  }
  await ringGroups(hub, casts)
  clock.lookWhen(await dueIn(settings.databaseUrl))
  return {
    ...{ hub, clock, casts, answers, ask, zeroMs },
    twilio: simulated,
    after: (ms, then) => void setTimeout(then, ms),
    close: async () => {
      await hub.close()
      await simulated.close()
    },
  }
}

function vendorOf({ clock, seeds, faults }: CallsStandSettings, publicUrl: string): Promise<RunningTwilio> {
  const seed = seeds[0] ?? 0
  const random = randomOf(seedOf(seed, 'transit'))
  return twilioSimulator.start({
    ...{ publicUrl, adapter: 'twilio', seed, now: clock.now, faults, clock: clock.vendor() },
    world: worldOf({ seed: 7, now: clock.now(), people: 10 }),
    moreLines: seeds.slice(1).map((_, index) => lineOf(index + 1)),
    transit: roads(() => random.int(transit.minMs, transit.maxMs)),
  })
}

/** Ways that take a while. What sets out at the same moment does so in the order of its name, whoever was first in fact. */
function roads(ms: () => number): (what: string) => Promise<unknown> {
  let leaving: { what: string; arrive(): void }[] = []
  return what =>
    new Promise<void>(arrive => {
      if (leaving.push({ what, arrive }) > 1) return
      setTimeout(() => {
        const all = leaving.toSorted((a, b) => (a.what < b.what ? -1 : Number(a.what > b.what)))
        leaving = []
        for (const one of all) setTimeout(one.arrive, ms())
      }, 1)
    })
}

/** Lines of a range that is kept for fiction. */
function lineOf(index: number): string {
  return `+612555012${34 + index}`
}

async function enrol({ port, store }: RunningHub, seed: number): Promise<Colleague[]> {
  const roster = port('roster')
  if (!roster) throw new Error('nobody keeps a roster')
  const people: Colleague[] = []
  for (let index = 0; index < staffEach; index++) {
    const name = `Staff ${seed}.${index + 1}`
    const id = await store.transact(async tx => {
      const role = index === 0 ? 'manager' : 'agent'
      const person = await roster.enrol(tx, { email: `s${seed}-${index}@demo.example`, name, role })
      await roster.presence(tx, person.id, { set: 'available' })
      await roster.presence(tx, person.id, { clients: 1 })
      return person.id
    })
    people.push({ id, address: `client:${identityOf(id)}` })
  }
  return people
}

/** Each line rings its own staff, in one of three ways; its callers wait up to two minutes, half of one, or not at all before they are asked for a message. */
async function ringGroups(hub: RunningHub, casts: readonly Cast[]): Promise<void> {
  const named = casts.map((cast, index) => [`team-${index}`, cast] as const)
  const settings = {
    teams: Object.fromEntries(
      named.map(([team, { staff, seed }]) => [
        team,
        { staff: staff.map(({ id }) => id), strategy: (['longest-idle', 'all', 'in-turn'] as const)[seed % 3] },
      ]),
    ),
    lines: Object.fromEntries(
      named.map(([team, { line, seed }]) => [
        line,
        { teams: [team], maxWaitSeconds: [120, 30, 0][Math.floor(seed / 3) % 3] },
      ]),
    ),
  }
  const body = JSON.stringify({ version: 0, reason: 'the drill', settings })
  const status = await asked(`${hub.url}/api/routing`, 'admin', { method: 'PUT', body })
  if (status >= 300) throw new Error(`the rules were refused with ${status}`)
}

async function asked(url: string, who: string, init: RequestInit): Promise<number> {
  const headers = { authorization: `Bearer ${who}`, 'content-type': 'application/json' }
  const answer = await fetch(url, { ...init, headers })
  await answer.arrayBuffer()
  return answer.status
}

/** A door that lets in whoever says who they are: members of staff by their id, and the admin. */
const desk = definePlugin({
  ...{ name: 'door', options: z.object({}), provides: ['auth'] },
  setup: () => ({
    ports: {
      auth: {
        authenticate: async who =>
          who === 'admin'
            ? { kind: 'key', keyId: who, role: 'admin', name: 'Admin' }
            : { kind: 'staff', staffId: who as StaffId, role: 'manager', name: 'Staff' },
      },
    },
  }),
})

/** When the hub finds something to do by itself the next time it looks. */
async function dueIn(databaseUrl: string): Promise<() => Promise<Date | null>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const text = `select least(
    (select min(due_at) from call), (select min(wrapup_until) from staff),
    (select min(due_at) from outbox where done_at is null and dead_at is null and leased_until is null),
    (select min(due_at) from inbox where done_at is null and dead_at is null and leased_until is null)) as at`
  return async () => (await client.query<{ at: Date | null }>({ name: 'due', text })).rows[0]?.at ?? null
}
