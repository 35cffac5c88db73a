import { writeFile, appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomOf, type Random } from '@switchboard/test-simulators/random'
import { until } from './calls-deploy-stand.ts'
import { openChoreStand, type ChoreStand } from './chores-stand.ts'

/** What came of appointments that are moved and cancelled while two hubs remind people of them and die now and then. */
export interface RemindersReport {
  appointments: number
  moves: number
  cancels: number
  kills: number
  /** Texts that were to be sent, and that were. */
  due: number
  sent: number
  missing: number
  doubled: number
  /** Texts of appointments that did not take place, or not then. */
  wrong: number
  /** Texts later than the look at which they were due. */
  late: number
}

/** How much happens. */
export interface RemindersSettings {
  databaseUrl: string
  dataDir: string
  appointments: number
  /** How often it is looked what is due, ten minutes apart. */
  looks: number
  kills: number
}

const [minute, hour] = [60_000, 3_600_000]
const lookMs = 10 * minute
const leadMs = 24 * hour
const zone = 'Australia/Brisbane'

interface Somebody {
  role: string
  firstName: string
  phones: string[]
}

interface Appointment {
  id: number
  version: number
  startsAt: number
  isCancelled: boolean
  people: Somebody[]
  /** Times of which everybody was reminded. */
  remindedOf: Set<number>
}

/** Seeded appointments are moved and cancelled between looks; what the simulated Twilio was told to send is held against what was due. */
export async function remindersDrill({ looks, kills, ...settings }: RemindersSettings): Promise<RemindersReport> {
  const { databaseUrl, dataDir } = settings
  const random = randomOf(23)
  const at = new Date(Math.ceil(Date.now() / hour) * hour)
  const book = join(dataDir, 'book.jsonl')
  await writeFile(book, '')
  const options = { before: [{ hours: 24 }], text: '{firstName}|{title}|{date}|{time}', timeZone: zone }
  const scene = await openChoreStand({ databaseUrl, dataDir, seed: 23, hubs: 2, at, book, reminders: options })
  const tally = { moves: 0, cancels: 0, kills: 0, late: 0 }
  try {
    const all = appointmentsOf(random, settings.appointments, { from: at.getTime() + leadMs, spanMs: looks * lookMs })
    await tell(scene, book, all, at)
    const due: string[] = []
    for (let look = 0; look < looks; look++) {
      const now = at.getTime() + (look + 1) * lookMs
      await scene.wait(now + minute - scene.now().getTime())
      const changed = changeSome(random, all, { now, looks, tally })
      await tell(scene, book, changed, scene.now())
      const fresh = all.flatMap(one => dueOf(one, scene.now().getTime()))
      due.push(...fresh)
      const before = scene.twilio.texts().length
      const isFatal = Math.floor(((look + 1) * kills) / looks) > Math.floor((look * kills) / looks)
      if (isFatal) tally.kills += await killDuring(scene, random)
      await remind(scene)
      tally.late +=
        fresh.length -
        sentOf(scene)
          .slice(before)
          .filter(text => fresh.includes(text)).length
    }
    return { appointments: all.length, ...tally, ...compare(due, sentOf(scene)) }
  } finally {
    await scene.close()
  }
}

/** Some have a partner with a phone of their own, some one who shares theirs. */
function appointmentsOf(
  random: Random,
  count: number,
  { from, spanMs }: { from: number; spanMs: number },
): Appointment[] {
  const phone = (number: number): string => `04915${String(70_000 + number).padStart(5, '0')}`
  return Array.from({ length: count }, (_, id) => {
    const primary = { role: 'primary', firstName: 'Mia', phones: [phone(2 * id)] }
    const kind = random.int(0, 9)
    const partner = { role: 'partner', firstName: 'Tom', phones: [phone(kind < 3 ? 2 * id + 1 : 2 * id)] }
    return {
      ...{ id, version: 1, isCancelled: false, remindedOf: new Set<number>() },
      people: kind < 4 ? [primary, partner] : [primary],
      startsAt: from + random.int(0, Math.floor(spanMs / (5 * minute))) * 5 * minute,
    }
  })
}

interface Tally {
  moves: number
  cancels: number
}

/** Everybody changes about twice in three times over all looks: moved earlier or later, cancelled, and not cancelled after all. */
function changeSome(
  random: Random,
  all: readonly Appointment[],
  { now, looks, tally }: { now: number; looks: number; tally: Tally },
): Appointment[] {
  const changed = all.filter(() => random.chance(0.66 / looks))
  for (const one of changed) {
    one.version += 1
    if (random.chance(0.3)) {
      one.isCancelled = !one.isCancelled
      if (one.isCancelled) tally.cancels += 1
    } else {
      tally.moves += 1
      one.startsAt = Math.max(now + hour, one.startsAt + random.int(-24, 36) * 5 * minute)
    }
  }
  return changed
}

async function tell(scene: ChoreStand, path: string, changed: readonly Appointment[], at: Date): Promise<void> {
  if (changed.length === 0) return
  await appendFile(path, changed.map(one => `${JSON.stringify(recordOf(one, at))}\n`).join(''))
  await scene.hubs[0]?.order({ do: 'pull', source: 'book' })
}

function recordOf({ id, version, startsAt, isCancelled, people }: Appointment, at: Date): object {
  const facts = {
    ...{ title: `A${id}`, startsAt: new Date(startsAt).toISOString(), endsAt: null, timeZone: zone },
    ...{ status: isCancelled ? 'cancelled' : 'confirmed', with: null, location: null },
  }
  return { externalId: String(id), kind: 'appointment', version, updatedAt: at, deletedAt: null, people, facts }
}

/** What is due of an appointment now and was not before, as it is to be sent. Notes it. */
function dueOf(one: Appointment, now: number): string[] {
  const { startsAt, isCancelled, remindedOf, people } = one
  const isDue = !isCancelled && startsAt - leadMs <= now && now < startsAt - 15 * minute
  if (!isDue || remindedOf.has(startsAt)) return []
  remindedOf.add(startsAt)
  const byPhone = Map.groupBy(people, ({ phones }) => phones[0] ?? '')
  const shown = shownAt(new Date(startsAt))
  return [...byPhone].map(
    ([phone, all]) => `+61${phone.slice(1)} ${all.map(({ firstName }) => firstName).join(' and ')}|A${one.id}|${shown}`,
  )
}

/** By the machine's own calendar, not by the hub's. */
function shownAt(at: Date): string {
  const form = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-AU', { timeZone: zone, ...options }).format(at)
  const date = form({ weekday: 'long', day: 'numeric', month: 'long' })
  return plain(`${date}|${form({ hour: 'numeric', minute: '2-digit' })}`)
}

function plain(text: string): string {
  return text.replace(/\s/g, ' ')
}

function sentOf({ twilio }: ChoreStand): string[] {
  return twilio
    .texts()
    .filter(({ direction }) => direction !== 'inbound')
    .map(({ to, body }) => plain(`${to} ${body}`))
}

/** Both hubs look at once, and one of them dies in the midst of it, or of the sending that follows. */
async function killDuring(scene: ChoreStand, random: Random): Promise<number> {
  const looking = look(scene)
  await new Promise(wake => setTimeout(wake, random.int(20, 600)))
  await scene.kill(random.int(0, 1))
  await looking
  return 1
}

/** Both hubs look at what is due, and all that was to be sent is sent. */
async function remind(scene: ChoreStand): Promise<void> {
  await look(scene)
  const unsent = `select 1 from message where direction = 'outbound' and external_id is null and status in ('queued', 'scheduled', 'sending') limit 1`
  await until('everything is sent', async () => (await scene.rows(unsent)).length === 0, 90_000)
}

async function look({ hubs }: ChoreStand): Promise<void> {
  await Promise.allSettled(hubs.map(hub => hub.order({ do: 'job', name: 'AppointmentReminders' })))
}

function compare(
  due: readonly string[],
  sent: readonly string[],
): Pick<RemindersReport, 'due' | 'sent' | 'missing' | 'doubled' | 'wrong'> {
  const [wanted, told] = [new Set(due), new Set(sent)]
  return {
    ...{ due: wanted.size, sent: sent.length },
    missing: [...wanted].filter(text => !told.has(text)).length,
    doubled: sent.length - told.size,
    wrong: [...told].filter(text => !wanted.has(text)).length,
  }
}
