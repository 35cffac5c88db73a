import type { Attendee, WorldAppointment } from './world.ts'

/** An appointment as Hub Source Contract v1 has it, with a field more than it says. */
export function appointmentRow(appointment: WorldAppointment): object {
  return {
    id: appointment.id,
    version: appointment.version,
    status: appointment.status,
    type: appointment.type,
    starts_at: appointment.startsAt.toISOString(),
    ends_at: appointment.endsAt.toISOString(),
    time_zone: appointment.timeZone,
    location: appointment.location,
    staff: appointment.staff,
    primary: attendee(appointment.primary),
    partner: appointment.partner && attendee(appointment.partner),
    notes: appointment.notes,
    created_at: appointment.createdAt.toISOString(),
    updated_at: appointment.updatedAt.toISOString(),
    deleted_at: appointment.deletedAt?.toISOString() ?? null,
    channel: 'web',
  }
}

/** Where the form had one field for the name, the vendor put it all into the first name. */
function attendee({ id, firstName, lastName, name, email, phone }: Attendee): object {
  return { id, first_name: name ?? firstName, last_name: lastName, email, phone }
}
