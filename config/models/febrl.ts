import { defineModel, type Model } from '@switchboard/identity/match-file'

/**
 * People with an address, a date of birth and an id number, any of them missing or mistyped; the files of the Freely Extensible
 * Biomedical Record Linkage project (Christen 2008) look like this.
 */
export const febrl: Model = defineModel({
  name: 'febrl',
  fields: {
    first: { clean: 'firstName', columns: ['given_name'] },
    last: { clean: 'lastName', columns: ['surname'] },
    birth: { clean: 'date', columns: ['date_of_birth'] },
    id: { clean: 'code', columns: ['soc_sec_id'] },
    number: { clean: 'code', columns: ['street_number'] },
    street: { clean: 'words', columns: ['address_1'] },
    place: { clean: 'words', columns: ['address_2'] },
    suburb: { clean: 'words', columns: ['suburb'] },
    postcode: { clean: 'code', columns: ['postcode'] },
    state: { clean: 'code', columns: ['state'] },
  },
  identity: ['first', 'last', 'birth', 'id', 'street'],
  comparisons: [
    { name: 'first', by: 'givenName', fields: ['first', 'last'], isWeighedByRarity: true },
    { name: 'last', by: 'familyName', fields: ['last', 'first'], isWeighedByRarity: true, isShared: true },
    { name: 'birth', by: 'date', fields: ['birth'] },
    { name: 'id', by: 'code', fields: ['id'] },
    { name: 'number', by: 'code', fields: ['number'], isShared: true },
    { name: 'street', by: 'words', fields: ['street'], isShared: true },
    { name: 'place', by: 'words', fields: ['place'], isShared: true },
    { name: 'suburb', by: 'words', fields: ['suburb'], isShared: true },
    { name: 'postcode', by: 'code', fields: ['postcode'], isShared: true },
    { name: 'state', by: 'exact', fields: ['state'], isShared: true },
  ],
  blocks: [
    { name: 'id', on: [{ field: 'id' }] },
    { name: 'birth', on: [{ field: 'birth' }] },
    { name: 'names', on: [{ field: 'last' }, { field: 'first' }] },
    { name: 'address', on: [{ field: 'street' }, { field: 'number' }] },
    { name: 'last and postcode', on: [{ field: 'last' }, { field: 'postcode' }] },
    { name: 'first and postcode', on: [{ field: 'first' }, { field: 'postcode' }] },
  ],
})
