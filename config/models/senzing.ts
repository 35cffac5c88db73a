import { defineModel, type Model } from '@switchboard/identity/match-file'

/** People as banks and watch lists have them: documents, dates, addresses; the demonstration truth set of Senzing looks like this. */
export const senzing: Model = defineModel({
  name: 'senzing',
  fields: {
    type: { clean: 'words', columns: ['RECORD_TYPE'] },
    first: { clean: 'firstName', columns: ['PRIMARY_NAME_FIRST', 'PRIMARY_NAME_FULL', 'NATIVE_NAME_FULL'] },
    last: { clean: 'lastName', columns: ['PRIMARY_NAME_LAST', 'PRIMARY_NAME_FULL', 'NATIVE_NAME_FULL'] },
    suffix: { clean: 'suffix', columns: ['PRIMARY_NAME_LAST'] },
    native: { clean: 'words', columns: ['NATIVE_NAME_FULL'] },
    birth: { clean: 'date', columns: ['DATE_OF_BIRTH'] },
    email: { clean: 'email', columns: ['EMAIL_ADDRESS'] },
    phone: { clean: 'code', columns: ['PHONE_NUMBER'] },
    document: {
      clean: 'code',
      columns: ['SSN_NUMBER', 'PASSPORT_NUMBER', 'DRIVERS_LICENSE_NUMBER', 'NATIONAL_ID_NUMBER'],
      many: true,
    },
    address: { clean: 'words', columns: ['ADDR_FULL', 'ADDR_LINE1'] },
    city: { clean: 'words', columns: ['ADDR_CITY'] },
    postcode: { clean: 'code', columns: ['ADDR_POSTAL_CODE'] },
  },
  identity: ['first', 'last', 'native', 'birth', 'email', 'phone', 'document'],
  comparisons: [
    { name: 'type', by: 'exact', fields: ['type'], bits: { equal: 0, other: -10 } },
    { name: 'first', by: 'givenName', fields: ['first', 'last'], isWeighedByRarity: true },
    { name: 'last', by: 'familyName', fields: ['last', 'first'], isWeighedByRarity: true, isShared: true },
    { name: 'suffix', by: 'exact', fields: ['suffix'] },
    { name: 'native', by: 'words', fields: ['native'] },
    { name: 'birth', by: 'date', fields: ['birth'] },
    { name: 'document', by: 'phone', fields: ['document'] },
    { name: 'email', by: 'email', fields: ['email'], isShared: true },
    { name: 'phone', by: 'phone', fields: ['phone'], isShared: true },
    { name: 'address', by: 'words', fields: ['address'], isShared: true },
    { name: 'city', by: 'words', fields: ['city'], isShared: true },
    { name: 'postcode', by: 'code', fields: ['postcode'], isShared: true },
  ],
  blocks: [
    { name: 'document', on: [{ field: 'document' }] },
    { name: 'email', on: [{ field: 'email' }] },
    { name: 'phone', on: [{ field: 'phone' }] },
    { name: 'birth', on: [{ field: 'birth' }] },
    { name: 'address', on: [{ field: 'address' }] },
    {
      name: 'names',
      on: [
        { field: 'last', letters: 3 },
        { field: 'first', letters: 1 },
      ],
    },
    { name: 'last and postcode', on: [{ field: 'last' }, { field: 'postcode' }] },
    { name: 'native', on: [{ field: 'native', letters: 3 }] },
  ],
  vetoes: [
    { comparison: 'first', level: 'conflict' },
    { comparison: 'suffix', level: 'other' },
    { comparison: 'birth', level: 'other' },
    { comparison: 'type', level: 'other' },
  ],
  // Whoever checked a passport knows more than how the name in it is spelt.
  overrules: [{ comparison: 'document', level: 'equal' }],
  // As in the default model: probabilities are calibrated.
  threshold: 0.95,
})
