import { test } from 'tap'
import { bodyAddress, nodeAddress } from './shape.ts'

const names = { firstName: 'Mia', lastName: 'Vella', name: 'Mia Vella', phone: '0412 345 678' }

test('an address says the same in both spellings of the shop: both lines of the street, and short names of province and country', t => {
  const rest = { address1: '12 High St', address2: 'Unit 3', city: 'Newtown', zip: '2042' }
  const place = { street: '12 High St, Unit 3', city: 'Newtown', region: 'NSW', postcode: '2042', country: 'AU' }
  t.strictSame(nodeAddress.parse({ ...names, ...rest, provinceCode: 'NSW', countryCodeV2: 'AU' }), { ...names, place })
  const body = { first_name: 'Mia', last_name: 'Vella', name: 'Mia Vella', phone: names.phone, ...rest }
  t.strictSame(bodyAddress.parse({ ...body, province_code: 'NSW', country_code: 'AU' }), { ...names, place })
  t.end()
})

test('an address that is no more than a country is no place, and one that is not shown is none', t => {
  const empty = { address1: '', address2: null, city: ' ', zip: '' }
  t.strictSame(nodeAddress.parse({ ...names, ...empty, countryCodeV2: 'AU' }), { ...names, place: null })
  t.match(bodyAddress.parse({ ...empty, country_code: 'AU' }), { place: null, firstName: null })
  t.match(bodyAddress.parse({ address2: 'Unit 3' }), { place: { street: 'Unit 3', city: null, postcode: null } })
  for (const nothing of [null, undefined])
    t.strictSame([nodeAddress.parse(nothing), bodyAddress.parse(nothing)], [null, null])
  t.end()
})
