import { after, HubError, minute, z, type Hub, type Threads, type Tx } from '@switchboard/core'
import { planFor, takesPlace, type Addressee, type PlanSettings } from './plan.ts'
import { appointmentOf, appointmentsWithin, planRecords, putOff, settle, takeDue, type Reminder } from './store.ts'

/** What reminding takes. */
export interface Desk extends Pick<Hub, 'store' | 'events' | 'now' | 'log'> {
  settings: PlanSettings & {
    /** How far ahead is looked. */
    horizonDays: number
    /** A reminder less than this before the appointment helps nobody. */
    leastMinutes: number
  }
  threads(): Threads
}

/** Plans reminders for everything that begins soon, as it is now: moved and cancelled appointments take theirs along. @returns how many are new */
export async function planAll(desk: Desk): Promise<number> {
  const { store, now, settings } = desk
  const at = now()
  const appointments = await store.read(tx =>
    appointmentsWithin(tx, at, after(at, settings.horizonDays * 24 * 60 * minute)),
  )
  const plans = appointments.map(appointment => ({
    recordId: appointment.recordId,
    planned: planFor(appointment, settings).filter(({ startsAt }) => startsAt > at),
    because: takesPlace(appointment) ? 'it was moved' : 'it was cancelled',
  }))
  let fresh = 0
  for (let from = 0; from < plans.length; from += atOnce)
    fresh += await store.transact(tx => planRecords(tx, plans.slice(from, from + atOnce), at))
  return fresh
}

/** Appointments that are planned in one transaction. */
const atOnce = 200

/** Sends what is due, each in a transaction of its own: the message and the word that it was sent commit together. @returns how many */
export async function sendDue(desk: Desk): Promise<number> {
  for (let sent = 0; ; sent++) {
    const isDone = await desk.store.transact(async tx => {
      const [reminder] = await takeDue(tx, desk.now(), 1)
      if (!reminder) return true
      await (reminder.kind === 'own' ? tell(desk, tx, reminder) : remind(desk, tx, reminder))
      return false
    })
    if (isDone) return sent
  }
}

/** One of us is reminded of a person. */
async function tell({ events, now }: Desk, tx: Tx, reminder: Reminder): Promise<void> {
  const { id: reminderId, profileId, ownerId, body: text, dueAt } = reminder
  await settle(tx, reminderId, { state: 'sent', now: now() })
  await events.publish(tx, 'reminder.due', { staffIds: [ownerId], reminderId, profileId, text, dueAt, at: now() })
}

const People = z.array(
  z.object({ firstName: z.string().nullable(), phones: z.array(z.string()), email: z.string().nullable() }),
)

async function remind(desk: Desk, tx: Tx, reminder: Reminder): Promise<void> {
  const { now, settings } = desk
  const drop = (because: string): Promise<void> => settle(tx, reminder.id, { state: 'dropped', because, now: now() })
  const appointment = reminder.recordId && (await appointmentOf(tx, reminder.recordId))
  if (!appointment || !takesPlace(appointment)) return drop('it was cancelled')
  // As it is at this very moment: a change that was not planned for yet counts.
  const present = planFor(appointment, settings).find(
    ({ startsAt }) => startsAt.getTime() === reminder.startsAt?.getTime(),
  )
  if (!present) return drop('it was moved')
  const latest = after(present.startsAt, -settings.leastMinutes * minute)
  if (now() > latest) return drop('it was too late')
  const quietUntil = desk.threads().quietUntil(now())
  if (quietUntil)
    return quietUntil > latest ? drop('it would have been at night') : putOff(tx, reminder.id, quietUntil, now())
  const to = await wayTo(desk, tx, People.parse(JSON.parse(reminder.handle ?? '[]')))
  if (to === null) return drop('they do not want messages')
  await send(desk, tx, reminder, to)
}

async function send(desk: Desk, tx: Tx, { id, body: text, subject }: Reminder, to: string): Promise<void> {
  const { now, threads, log } = desk
  await tx.sql`savepoint sending`
  try {
    const wish = {
      to,
      text,
      subject,
      key: `reminder:${id}`,
      staffId: null,
      author: 'the hub',
      inQuietHours: 'send' as const,
    }
    const { messageId } = await threads().send(tx, wish)
    await settle(tx, id, { state: 'sent', messageId, now: now() })
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    await tx.sql`rollback to savepoint sending`
    log.warn({ reminderId: id, code: error.code }, 'a reminder could not be sent')
    await settle(tx, id, { state: 'dropped', because: error.message, now: now() })
  }
}

/** By which way people are reminded: the one they wrote by last, else a phone, else an email; null when they want none. */
async function wayTo({ threads }: Desk, tx: Tx, people: readonly Addressee[]): Promise<string | null> {
  const ways = people.flatMap(({ phones, email }) => [...phones, ...(email === null ? [] : [email])])
  const last = await threads().usedLast(tx, ways)
  const mobileFirst = [...ways.filter(way => !way.includes('@')), ...ways.filter(way => way.includes('@'))]
  for (const way of new Set([...(last === null ? [] : [last]), ...mobileFirst]))
    if (await threads().isWelcome(tx, way)) return way
  return null
}
