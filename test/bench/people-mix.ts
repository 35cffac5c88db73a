/** Where a row comes from: two shops, bookings with one text field for the name, appointments for one or two, contacts. */
export type Source = 'shopify' | 'salestools' | 'simplybookme' | 'appointjet' | 'contacts'

/** How often what happens. All are shares from 0 to 1. */
export interface Mix {
  /** Of 100 households so many are couples; half of them with one last name and one phone. */
  couples: number
  /** Of couples, those who use one email for both. */
  sharedEmail: number
  /** Of 100 households so many are families: one last name, the parent's phone. */
  families: number
  /** People named like somebody before them, with other contacts. */
  namesakes: number
  /** People whose phone was somebody else's before. */
  recycledPhones: number
  /** People with a second email, a second phone. */
  secondEmail: number
  secondPhone: number
  /** People whose last name changes between two rows; of them, those whose email changes with it. */
  marriage: number
  marriageEmail: number
  /** People who have given their details before and need not type them again. */
  reused: number
  /** Missing fields, by source and field. */
  missing: Readonly<Record<Source, Readonly<Record<'first' | 'last' | 'email' | 'phone', number>>>>
  /** Rows with nothing but an email or a phone. */
  weak: number
  /** Of names typed: a short form (by those who have one), an initial, a second first name, an error, both names swapped, no name at all ("Guest"). */
  nickname: number
  initial: number
  middle: number
  nameTypo: number
  swapped: number
  noName: number
  /** Of names typed: all in capitals or small, or accents and apostrophes otherwise. */
  spelling: number
  /** Of contacts typed: an error; a place-holder. */
  emailTypo: number
  phoneTypo: number
  junkEmail: number
  junkPhone: number
  /** Of emails: dots where they do not matter, a plus tag, capitals. */
  alias: number
}

/** Nobody's in particular: missing fields of 6 to 18 %, errors of 1 to 4 %. */
const usual: Mix = {
  ...{ couples: 0.06, sharedEmail: 0.55, families: 0.02, namesakes: 0.01, recycledPhones: 0.003 },
  ...{ secondEmail: 0.15, secondPhone: 0.12, marriage: 0.02, marriageEmail: 0.4, reused: 0.55 },
  missing: {
    shopify: { first: 0.08, last: 0.06, email: 0.06, phone: 0.18 },
    salestools: { first: 0.1, last: 0.08, email: 0.12, phone: 0.12 },
    simplybookme: { first: 0.06, last: 0.14, email: 0.12, phone: 0.08 },
    appointjet: { first: 0.06, last: 0.1, email: 0.16, phone: 0.1 },
    contacts: { first: 0.12, last: 0.16, email: 0.08, phone: 0.18 },
  },
  ...{ weak: 0.03, nickname: 0.12, initial: 0.03, middle: 0.02, nameTypo: 0.03, swapped: 0.005, noName: 0.004 },
  ...{ spelling: 0.15, emailTypo: 0.012, phoneTypo: 0.012, junkEmail: 0.004, junkPhone: 0.006, alias: 0.1 },
}

/** Households are alike in all mixes; what people mistype and leave out is not. */
export const mixes = { mild: worse(usual, 0.4), usual, harsh: worse(usual, 2) } satisfies Record<string, Mix>

export type MixName = keyof typeof mixes

function worse(mix: Mix, by: number): Mix {
  const { nickname, initial, middle, nameTypo, swapped, noName, spelling, emailTypo, phoneTypo, junkEmail, junkPhone } =
    mix
  const errors = {
    nickname,
    initial,
    middle,
    nameTypo,
    swapped,
    noName,
    spelling,
    emailTypo,
    phoneTypo,
    junkEmail,
    junkPhone,
  }
  const lives = { secondEmail: mix.secondEmail, secondPhone: mix.secondPhone, marriage: mix.marriage, alias: mix.alias }
  const missing = Object.entries(mix.missing).map(([source, shares]) => [source, times(shares, by)] as const)
  return { ...mix, ...times(errors, by), ...times(lives, by), missing: Object.fromEntries(missing) as Mix['missing'] }
}

function times<T extends Readonly<Record<string, number>>>(shares: T, by: number): T {
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share * by])) as T
}
