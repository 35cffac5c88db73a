import type { Evidence, Person, PostalAddress } from '@switchboard/core'
import type { RawValue, ReadField } from '../engine/read-rows.ts'
import type { Values } from '../engine/table.ts'
import type { RowCleaning } from './row-cleaner.ts'
import { columnKey } from './row-sink.ts'

/** The columns of a file that hold a part of a person, for evidence that reads persons: the first that is filled. */
const personColumns = {
  firstName: ['first_name', 'given_name'],
  lastName: ['last_name', 'surname', 'family_name'],
  name: ['name', 'full_name'],
  email: ['email', 'email_address'],
  phone: ['phone', 'phone_number', 'mobile'],
  birthDate: ['birth_date', 'date_of_birth', 'dob'],
  number: ['street_number', 'house_number'],
  street: ['street', 'street_address', 'address', 'address_1', 'address1', 'address_line_1', 'addr_line1', 'addr_full'],
  unit: ['address_2', 'address2', 'address_line_2'],
  city: ['city', 'suburb', 'town', 'addr_city'],
  region: ['state', 'region', 'province', 'addr_state'],
  postcode: ['postcode', 'postal_code', 'zip', 'zip_code', 'addr_postal_code'],
  country: ['country', 'country_code', 'addr_country'],
} as const

type Part = keyof typeof personColumns

/** All columns that evidence may read. */
export function evidenceColumns(evidence: readonly Evidence[]): readonly string[] {
  const isRead = evidence.some(({ fields }) => fields && Object.keys(fields).length > 0)
  return isRead ? Object.values(personColumns).flat() : []
}

/** A cleaner that never refuses a row. */
export interface WholeCleaner {
  fields: readonly ReadField[]
  clean(values: readonly RawValue[]): Values
}

/** Adds the fields of evidence to a cleaner; each is read of the person that the columns of the row describe. */
export function withEvidence(
  cleaner: { fields: readonly ReadField[]; clean(values: readonly RawValue[]): Values | string },
  { columns }: RowCleaning,
  evidence: readonly Evidence[],
): WholeCleaner {
  const specs = evidence.flatMap(({ fields }) => Object.entries(fields ?? {}))
  const personOf = personReader(columns)
  return {
    fields: [...cleaner.fields, ...specs.map(([name]) => ({ name, many: true }))],
    clean(values) {
      const person = personOf(values)
      const own = cleaner.clean(values)
      return {
        ...(typeof own === 'string' ? {} : own),
        ...Object.fromEntries(specs.map(([name, { read }]) => [name, read(person)])),
      }
    },
  }
}

function personReader(columns: readonly string[]): (values: readonly RawValue[]) => Person {
  const places = new Map<Part, number[]>()
  for (const [part, names] of Object.entries(personColumns) as [Part, readonly string[]][])
    places.set(
      part,
      names.map(name => columns.indexOf(columnKey(name))).filter(place => place !== -1),
    )
  return values => {
    const textOf = (part: Part): string | null => firstFilled(values, places.get(part) ?? [])
    return {
      role: 'contact',
      ...{ firstName: textOf('firstName'), lastName: textOf('lastName'), name: textOf('name'), email: textOf('email') },
      phones: [textOf('phone') ?? []].flat(),
      birthDate: textOf('birthDate'),
      address: addressOf(textOf),
    }
  }
}

function addressOf(textOf: (part: Part) => string | null): PostalAddress | null {
  const line = [textOf('number'), textOf('street')].filter(text => text !== null).join(' ')
  const street = [line, textOf('unit') ?? ''].filter(text => text !== '').join(', ')
  const address = {
    ...{ city: textOf('city'), region: textOf('region') },
    postcode: textOf('postcode'),
    country: textOf('country'),
  }
  return street === '' && Object.values(address).every(text => text === null)
    ? null
    : { street: street || null, ...address }
}

function firstFilled(values: readonly RawValue[], places: readonly number[]): string | null {
  for (const place of places) {
    const value = values[place]
    const text = (typeof value === 'string' ? value : (value?.[0] ?? '')).trim()
    if (text !== '') return text
  }
  return null
}
