import {
  contractRow,
  contractText as text,
  contractTime,
  z,
  type Person,
  type PersonRole,
  type Record,
  type RecordHead,
} from '@switchboard/core'

const attendee = z.object({ id: text, first_name: text, last_name: text, email: text, phone: text })
const named = z.object({ name: text })

/** An appointment as the contract has it. A status or a type we do not know is passed on in its own words. */
export const appointmentRow = contractRow.extend({
  status: z.string(),
  type: text,
  starts_at: contractTime,
  ends_at: contractTime.nullish(),
  time_zone: text,
  location: named.nullish(),
  staff: named.nullish(),
  primary: attendee.nullish(),
  partner: attendee.nullish(),
})

/** The appointment in the hub's words. Who booked and who comes along are two people, also when they give one phone. */
export function toRecord(row: z.output<typeof appointmentRow>, head: Omit<RecordHead, 'people'>): Record {
  return {
    kind: 'appointment',
    ...head,
    people: [...personOf('primary', row.primary), ...personOf('partner', row.partner)],
    facts: {
      title: titleOf(row.type ?? 'appointment'),
      startsAt: row.starts_at.toISOString(),
      endsAt: row.ends_at?.toISOString() ?? null,
      timeZone: row.time_zone,
      status: row.status.replaceAll('_', ' '),
      with: row.staff?.name ?? null,
      location: row.location?.name ?? null,
    },
  }
}

function personOf(role: PersonRole, who: z.output<typeof attendee> | null | undefined): Person[] {
  if (!who) return []
  const { id, first_name: firstName, last_name: lastName, email, phone } = who
  if (!firstName && !lastName && !email && !phone) return []
  return [{ role, externalId: id, firstName, lastName, email, phones: phone ? [phone] : [] }]
}

/** "bridal_fitting" is "Bridal fitting". */
function titleOf(type: string): string {
  const words = type.replaceAll('_', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
