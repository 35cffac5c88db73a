import type { Being, Household } from './people-households.ts'
import type { Mix, Source } from './people-mix.ts'
import type { Random } from './people-random.ts'
import type { Typing } from './people-typing.ts'

/** One row, as a vendor has it, and the truth about it. Missing is ''. */
export interface PersonRow {
  id: string
  source: Source
  first_name: string
  last_name: string
  /** The whole name, where the source has only that. */
  name: string
  email: string
  phone: string
  /** The id of the row whose appointment this one is the partner in. */
  partner_of: string
  /** The truth: who it is. No matcher may read it. */
  person: string
  /** The truth: the couple that this person is one half of. */
  couple: string
}

/** In the order of the file. */
export const columns = [
  ...(['id', 'source', 'first_name', 'last_name', 'name', 'email', 'phone', 'partner_of', 'person', 'couple'] as const),
]

/** What a person gave a source: it is kept there, and mostly not typed again. */
interface Form {
  first: string
  last: string
  email: string
  phone: string
}

interface Writing {
  random: Random
  mix: Mix
  typing: Typing
  nextId(): string
}

const sources: readonly (readonly [Source, number])[] = [
  ...[['shopify', 0.36] as const, ['salestools', 0.24] as const, ['simplybookme', 0.15] as const],
  ...[['appointjet', 0.13] as const, ['contacts', 0.12] as const],
]

/** All rows of people who live together; a partner's row after that of whom they came with. */
export function* rowsOf(household: Household, writing: Writing): Generator<PersonRow> {
  const { random, mix } = writing
  const forms = new Map<string, Form>()
  const left = new Map(household.map(being => [being, being.rows]))
  for (const being of household) {
    for (let done = 0; (left.get(being) ?? 0) > 0; done++) {
      left.set(being, left.get(being)! - 1)
      const partner = household.find(other => other !== being && left.get(other)! > 0)
      const isWeak = random.chance(mix.weak)
      const source = isWeak ? random.pick(['contacts', 'salestools'] as const) : drawn(being, random)
      const form = isWeak ? weakForm(being, writing) : formOf(being, { source, age: done / being.rows, forms }, writing)
      const row = rowOf(being, source, form, writing)
      yield row
      if (!partner || source !== 'appointjet' || !random.chance(being.couple ? 0.75 : 0.4)) continue
      left.set(partner, left.get(partner)! - 1)
      const theirs = formOf(partner, { source, age: 0.5, forms: new Map() }, writing)
      yield { ...rowOf(partner, source, beside(theirs, form, random), writing), partner_of: row.id }
    }
  }
}

/** Couples book appointments more than others. */
function drawn(being: Being, random: Random): Source {
  if (being.couple !== '' && random.chance(0.2)) return 'appointjet'
  let share = random.share()
  return sources.find(([, part]) => (share -= part) < 0)?.[0] ?? 'contacts'
}

function rowOf(being: Being, source: Source, form: Form, { random, nextId }: Writing): PersonRow {
  const isOneField = source === 'simplybookme'
  return {
    ...{ id: nextId(), source, first_name: isOneField ? '' : form.first, last_name: isOneField ? '' : form.last },
    name: isOneField ? whole(form, random) : '',
    ...{ email: form.email, phone: form.phone, partner_of: '', person: being.id, couple: being.couple },
  }
}

/** A name in one text field, now and then the last name first. */
function whole({ first, last }: Form, random: Random): string {
  const isTurned = first !== '' && last !== '' && random.chance(0.03)
  return isTurned ? `${last}, ${first}` : [first, last].filter(part => part !== '').join(' ')
}

/** Who comes along gives a name, and mostly the contacts of whom they come with. */
function beside(theirs: Form, primary: Form, random: Random): Form {
  const email = random.chance(0.65) ? primary.email : theirs.email
  const phone = random.chance(0.5) ? primary.phone : theirs.phone
  return email === '' && phone === '' ? theirs : { ...theirs, email, phone }
}

function weakForm(being: Being, { random, typing }: Writing): Form {
  const isEmail = random.chance(0.5)
  const email = isEmail ? typing.email(random.pick(being.emails)) : ''
  return { first: '', last: '', email, phone: isEmail ? '' : typing.phone(random.pick(being.phones)) }
}

/** @param when `age`: 0 for the first of the person's rows, 1 after the last */
function formOf(being: Being, when: { source: Source; age: number; forms: Map<string, Form> }, writing: Writing): Form {
  const { random, mix, typing } = writing
  const isMarried = being.newLast !== null && when.age >= 0.5
  const key = `${being.id} ${when.source} ${isMarried}`
  const known = when.forms.get(key)
  if (known && random.chance(mix.reused)) return known
  const missing = mix.missing[when.source]
  const [hasEmail, hasPhone] = contactsGiven(random, missing)
  const form: Form = {
    ...nameOf(being, isMarried, writing),
    email: hasEmail ? typing.email(current(being.emails, when.age, random)) : '',
    phone: hasPhone ? typing.phone(current(being.phones, when.age, random)) : '',
  }
  if (random.chance(missing.first)) form.first = ''
  if (random.chance(missing.last)) form.last = ''
  when.forms.set(key, form)
  return form
}

/** One of them at least: a row without any is of no use to a vendor. */
function contactsGiven(random: Random, missing: { email: number; phone: number }): [boolean, boolean] {
  const has: [boolean, boolean] = [!random.chance(missing.email), !random.chance(missing.phone)]
  return has[0] || has[1] ? has : random.chance(0.5) ? [true, false] : [false, true]
}

/** The one in use at the time; now and then the other. */
function current(values: readonly string[], age: number, random: Random): string {
  const isNew = values.length > 1 && age >= 0.5 !== random.chance(0.2)
  return isNew ? values.at(-1)! : values[0]!
}

function nameOf(being: Being, isMarried: boolean, { random, mix, typing }: Writing): { first: string; last: string } {
  const lastName = isMarried ? being.newLast! : being.last
  if (random.chance(mix.noName)) return { first: random.pick(['Guest', 'Customer', 'Test', '.', 'n/a']), last: '' }
  const short = being.calledBy !== null && random.chance(mix.nickname) ? being.calledBy : null
  const called =
    short ?? (random.chance(mix.initial) ? `${being.first.name[0]!}${random.pick(['', '.'])}` : being.first.name)
  const middle = random.chance(mix.middle) ? ` ${random.pick(['J', 'M', 'Anne', 'Lee', 'James', 'Rose', 'K.'])}` : ''
  const title = random.chance(0.01) ? random.pick(['Mr ', 'Mrs ', 'Ms ', 'Dr ']) : ''
  const first = typing.spelled(title + typing.name(called) + middle)
  const last = typing.spelled(typing.name(lastName))
  return random.chance(mix.swapped) ? { first: last, last: first } : { first, last }
}
