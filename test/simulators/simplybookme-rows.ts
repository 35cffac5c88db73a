import type { WorldBooking } from './bookings.ts'

const location = { id: 1, name: 'Marrickville' }

/** A booking as REST v2 writes it. */
export function restRow({ id, code, status, start, end, service, provider, client, comment }: WorldBooking): object {
  return {
    ...{ id: Number(id), code, is_confirmed: status === 'confirmed', start_datetime: start, end_datetime: end },
    ...{ location_id: location.id, category_id: 2, service_id: service.id, provider_id: provider.id },
    ...{ client_id: client.id, duration: service.duration, status, invoice_status: null },
    ...{ can_be_edited: true, can_be_canceled: status !== 'canceled' },
    service,
    provider: { ...provider, email: null },
    location,
    category: { id: 2, name: 'Fittings' },
    client,
    comment,
  }
}

/** The same by JSON-RPC: ids are text, names are other names, and nothing is said of the place. */
export function rpcRow(booking: WorldBooking): object {
  const { id, code, hash, status, start, end, recorded, service, provider, client, comment } = booking
  return {
    ...{ id, code, hash, status, record_date: recorded, start_date: start, end_date: end },
    ...{ client_id: String(client.id), unit_id: String(provider.id), event_id: String(service.id) },
    ...{ is_confirm: status === 'confirmed' ? '1' : '0', require_payment: '0', text: service.name },
    ...{ client: client.name, client_email: client.email ?? '', client_phone: client.phone ?? '' },
    ...{ event: service.name, unit: provider.name, comment },
  }
}

/** How a garbled row differs, in either API. */
export const garbled = { start_datetime: 'soon', start_date: 'soon', client: 7 }
