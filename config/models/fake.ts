import { defineModel, type Model } from '@switchboard/identity/match-file'

/** People with a date of birth, a city and an email, badly typed and often missing; the sample data of Splink looks like this. */
export const fake: Model = defineModel({
  name: 'fake',
  fields: {
    first: { clean: 'firstName', columns: ['first_name'] },
    last: { clean: 'lastName', columns: ['surname'] },
    birth: { clean: 'date', columns: ['dob'] },
    city: { clean: 'words', columns: ['city'] },
    email: { clean: 'text', columns: ['email'] },
  },
  identity: ['first', 'last', 'birth', 'email'],
  comparisons: [
    { name: 'first', by: 'givenName', fields: ['first', 'last'], isWeighedByRarity: true },
    { name: 'last', by: 'familyName', fields: ['last', 'first'], isWeighedByRarity: true, isShared: true },
    { name: 'birth', by: 'date', fields: ['birth'] },
    { name: 'city', by: 'words', fields: ['city'], isWeighedByRarity: true, isShared: true },
    { name: 'email', by: 'email', fields: ['email'], isShared: true },
  ],
  blocks: [
    { name: 'email', on: [{ field: 'email' }] },
    { name: 'birth', on: [{ field: 'birth' }] },
    { name: 'names', on: [{ field: 'last' }, { field: 'first' }] },
    { name: 'last and city', on: [{ field: 'last' }, { field: 'city' }] },
    { name: 'first and city', on: [{ field: 'first' }, { field: 'city' }] },
    {
      name: 'starts of names',
      on: [
        { field: 'last', letters: 3 },
        { field: 'first', letters: 3 },
      ],
    },
    { name: 'start of email', on: [{ field: 'email', letters: 6 }] },
    {
      name: 'month and city',
      on: [
        { field: 'birth', letters: 6 },
        { field: 'city', letters: 3 },
      ],
    },
  ],
  vetoes: [{ comparison: 'first', level: 'conflict' }],
})
