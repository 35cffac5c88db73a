import { defineModel, type Model } from '../model.ts'

/** The default: customers by name, email and phone. */
export const people: Model = defineModel({
  name: 'people',
  fields: {
    first: { clean: 'firstName', columns: ['first_name'] },
    last: { clean: 'lastName', columns: ['last_name'] },
    email: { clean: 'email', columns: ['email'] },
    phone: { clean: 'phone', columns: ['phone'], many: true },
  },
  identity: ['email', 'phone'],
  comparisons: [
    { name: 'first', by: 'givenName', fields: ['first', 'last'], isWeighedByRarity: true },
    { name: 'last', by: 'familyName', fields: ['last', 'first'], isWeighedByRarity: true, isShared: true },
    { name: 'email', by: 'email', fields: ['email'], isWeighedByRarity: true, isShared: true },
    { name: 'phone', by: 'phone', fields: ['phone'], isWeighedByRarity: true, isShared: true },
    { name: 'circle', by: 'circle', fields: ['email', 'phone'], bits: { linked: 14 }, isShared: true },
    {
      name: 'company',
      by: 'company',
      fields: ['first', 'last', 'email', 'phone'],
      isShared: true,
      isOfHousehold: true,
    },
  ],
  blocks: [
    { name: 'email', on: [{ field: 'email' }] },
    { name: 'phone', on: [{ field: 'phone' }] },
    {
      name: 'namesakes of a household',
      on: [{ field: 'last' }, { field: 'first', letters: 3 }],
      within: ['email', 'phone'],
    },
    { name: 'rare name', on: [{ field: 'last' }, { field: 'first', letters: 3 }], rarerThan: 1e-5 },
  ],
  vetoes: [{ comparison: 'first', level: 'conflict' }],
  apart: [['primary', 'partner']],
  // Probabilities are careful: of the pairs whose probability is about 0.95, 97 in 100 are one person, and of all that is put together 998 in 1,000.
  threshold: 0.95,
})
