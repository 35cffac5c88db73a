import type { Evidence } from '@switchboard/core'
import { dwellings } from './dwelling.ts'
import { cleanPostcode } from './postcode.ts'
import { cleanStreet } from './street.ts'

/**
 * Where people live, as evidence. Everybody in a household has the same address, so it counts where first names agree, speaks for one
 * person against strangers only (`isShared`), and less where many have it (`isWeighedByRarity`): a post box, a building, the shop's own
 * counter. The shares are round figures for a population at large; what data has to say outweighs them.
 */
export const evidence: Evidence = {
  name: 'match-address',
  fields: {
    street: { read: ({ address }) => listed(cleanStreet(address?.street)) },
    postcode: { read: ({ address }) => listed(address ? cleanPostcode(address) : null) },
  },
  comparators: { dwellings },
  comparisons: [
    {
      name: 'address',
      by: 'dwellings',
      fields: ['street', 'postcode', 'first'],
      m: { equal: 0.55, close: 0.06, building: 0.04, street: 0.01, postcode: 0.06, other: 0.28 },
      u: { equal: 0.0005, close: 0.0001, building: 0.005, street: 0.002, postcode: 0.02, other: 0.9724 },
      isWeighedByRarity: true,
      isShared: true,
    },
  ],
  // Without an email or phone in common only this brings two rows together: one family's, of one initial, at one door.
  blocks: [
    {
      name: 'family at one door',
      on: [{ field: 'last' }, { field: 'first', letters: 1 }, { field: 'street' }, { field: 'postcode' }],
    },
  ],
}

function listed(text: string | null): readonly string[] {
  return text === null ? [] : [text]
}
