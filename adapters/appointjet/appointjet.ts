import { contractOptions, contractSource, defineAdapter } from '@switchboard/core'
import { appointmentRow, toRecord } from './appointment.ts'

/** Appointments of one AppointJet account, by Hub Source Contract v1. */
export const appointjet = defineAdapter({
  name: 'appointjet',
  provides: ['source'],
  options: contractOptions,
  http: ({ url, perSecond, concurrency }) => ({ hosts: [new URL(url).host], perSecond, concurrency }),
  create: (options, kit) => {
    const words = { collection: 'appointments', noun: 'appointment' }
    const { source, channel } = contractSource({ ...options, ...words, row: appointmentRow, toRecord, kit })
    return { source, channels: { webhooks: channel } }
  },
})
