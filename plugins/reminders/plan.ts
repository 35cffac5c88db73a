import { cleanEmail, cleanPhone, type BookingFacts, type Person, type Region } from '@switchboard/core'
import { DateTime, Duration } from 'luxon'

/** An appointment as its source told it last. */
export interface Appointment {
  recordId: string
  source: string
  externalId: string
  isDeleted: boolean
  people: Person[]
  facts: BookingFacts
}

/** How long before an appointment people are reminded, by the clock on the wall: `{ days: 1 }` is the day before at the same time. */
export type Before = Partial<Record<'days' | 'hours' | 'minutes', number>>

/** What planning goes by. */
export interface PlanSettings {
  before: readonly Before[]
  /** `{firstName}`, `{title}`, `{date}`, `{time}`, `{with}`, `{location}` are filled in. */
  text: string
  /** Where an appointment does not say. */
  timeZone: string
  region: Region
  locale: string
}

/** One reminder that is to be sent: to whom, when, and with which words. */
export interface PlannedReminder {
  /** The same for the same reminder of the same time: moved appointments have others. */
  key: string
  recordId: string
  startsAt: Date
  dueAt: Date
  /** Everybody it is for, when they share a phone or an email. */
  people: Addressee[]
  body: string
  subject: string
}

/** Somebody with the ways to reach them, as they were written, cleaned. */
export interface Addressee {
  firstName: string | null
  phones: string[]
  email: string | null
}

const off = /cancel|no.?show|declin|reject|delet|expired/i

/** Whether people are to come. */
export function takesPlace({ isDeleted, facts }: Appointment): boolean {
  return !isDeleted && !off.test(facts.status)
}

/**
 * What people are to be reminded of for an appointment; nothing for one that does not take place. Who comes along is reminded too; two who
 * share all their ways are reminded together. Pure.
 */
export function planFor(appointment: Appointment, settings: PlanSettings): PlannedReminder[] {
  if (!takesPlace(appointment)) return []
  const { facts, recordId, source, externalId } = appointment
  const zone = facts.timeZone ?? settings.timeZone
  const starts = DateTime.fromISO(facts.startsAt, { zone })
  if (!starts.isValid) return []
  const startsAt = starts.toJSDate()
  return together(appointment.people, settings.region).flatMap(people =>
    settings.before.map(before => ({
      key: [source, externalId, wayOf(people), Duration.fromObject(before).toISO(), startsAt.toISOString()].join('|'),
      ...{ recordId, startsAt, people },
      dueAt: starts.minus(before).toJSDate(),
      body: wordsFor(settings.text, people, facts, starts.setLocale(settings.locale)),
      subject: facts.title,
    })),
  )
}

/** Who is named, each once; those who share their first phone, or without phones their email, as one. */
function together(people: readonly Person[], region: Region): Addressee[][] {
  const all = people.flatMap(person => {
    const one = addresseeOf(person, region)
    return one.phones.length > 0 || one.email !== null ? [one] : []
  })
  return [...Map.groupBy(all, one => wayOf([one])).values()].map(distinctNames)
}

function distinctNames(people: Addressee[]): Addressee[] {
  const byName = new Map(people.map(one => [one.firstName?.toLowerCase() ?? '', one]))
  if (byName.size > 1) byName.delete('')
  return [...byName.values()]
}

function addresseeOf(person: Person, region: Region): Addressee {
  const phones = (person.phones ?? []).flatMap(phone => cleanPhone(phone, region) ?? [])
  const firstName = person.firstName ?? person.name?.trim().split(/\s+/)[0] ?? null
  return { firstName: firstName || null, phones: [...new Set(phones)], email: cleanEmail(person.email) }
}

function wayOf([first]: readonly Addressee[]): string {
  return first?.phones[0] ?? first?.email ?? ''
}

function wordsFor(text: string, people: readonly Addressee[], facts: BookingFacts, starts: DateTime): string {
  const names = people.flatMap(({ firstName }) => firstName ?? [])
  const values: Record<string, string> = {
    firstName: names.length > 0 ? names.join(' and ') : 'there',
    title: facts.title,
    date: starts.toLocaleString({ weekday: 'long', day: 'numeric', month: 'long' }),
    time: starts.toLocaleString(DateTime.TIME_SIMPLE),
    with: facts.with ? ` with ${facts.with}` : '',
    location: facts.location ? ` at ${facts.location}` : '',
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
