import { defineModel, type Model } from '../model.ts'
import { people } from './people.ts'

/**
 * The reference weights, kept exactly so that results can be compared with others': fixed bits, no prior, nothing learned.
 * Known weakness: two people who share an email and a last name are one to it, so a couple is told apart only where a record
 * names them as two.
 */
export const reference: Model = defineModel({
  name: 'reference',
  fields: people.fields,
  identity: ['email', 'phone'],
  comparisons: [
    { name: 'first', by: 'exact', fields: ['first'], bits: { equal: 6.12, other: -3.25 } },
    { name: 'last', by: 'exact', fields: ['last'], bits: { equal: 10.64, other: -4.32 } },
    { name: 'email', by: 'exact', fields: ['email'], bits: { equal: 10.81, other: -4.32 } },
    { name: 'phone', by: 'exact', fields: ['phone'], bits: { equal: 10.81, other: -4.32 } },
  ],
  blocks: [
    { name: 'email', on: [{ field: 'email' }] },
    { name: 'phone', on: [{ field: 'phone' }] },
  ],
  apart: [['primary', 'partner']],
  threshold: 0.99,
})
