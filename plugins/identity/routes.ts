import {
  canonicalEmail,
  cleanEmail,
  cleanPhone,
  foldName,
  HubError,
  isId,
  NotFound,
  route,
  z,
  type Hub,
  type Region,
  type Route,
  type Tx,
} from '@switchboard/core'
import { loadRecent } from './card-store.ts'
import { householdOf } from './directory.ts'
import { emailKeyOf, phoneKeyOf } from './pipeline/candidate.ts'
import {
  findProfile,
  loadGenericContacts,
  loadMembers,
  loadRelations,
  searchProfiles,
  type Search,
  type StoredProfile,
} from './profile-store.ts'
import type { IdentityOptions } from './settings.ts'
import { MemberShown, ProfileShown, RelatedShown, RelationShown, showMember, showProfile } from './show.ts'

/** More records or links than this are not shown at once. */
const mostShown = 200

const OneProfile = z.object({ id: z.uuid() })
/** Who is near a person, and which of their contacts tell nobody apart. */
const Near = {
  household: z.array(RelatedShown),
  relations: z.array(RelationShown),
  genericContacts: z.array(z.string()),
}
const Found = { redirectedFrom: z.string().nullable() }
const Query = z.object({
  phone: z.string().optional(),
  email: z.string().optional(),
  q: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
})

/** Finding people, and seeing why their records are theirs. */
export function profileRoutes(hub: Pick<Hub, 'store' | 'now'>, options: IdentityOptions): Route[] {
  return [listProfiles(hub, options), oneProfile(hub)]
}

function listProfiles({ store }: Pick<Hub, 'store'>, { region }: IdentityOptions): Route {
  return route({
    method: 'GET',
    path: '/api/profiles',
    summary: 'People, newest first: by phone, by email, or by the beginning of a name',
    access: 'agent',
    query: Query,
    answer: z.object({ items: z.array(ProfileShown), cursor: z.string().nullable() }),
    handle: async ({ query }) => {
      const search = searchOf(query, region as Region)
      const found = await store.read(tx => searchProfiles(tx, { ...search, limit: query.limit + 1 }))
      const last = found.length > query.limit ? found[query.limit - 1] : undefined
      return { items: found.slice(0, query.limit).map(showProfile), cursor: last ? toCursor(last.id) : null }
    },
  })
}

function oneProfile({ store, now }: Pick<Hub, 'store' | 'now'>): Route {
  return route({
    method: 'GET',
    path: '/api/profiles/:id',
    summary:
      'A person with their latest records and those who share an email, a phone or a record; an old id leads to whoever it was merged into',
    access: 'agent',
    params: OneProfile,
    answer: ProfileShown.extend({ ...Found, records: z.array(MemberShown), ...Near }),
    handle: ({ params }) =>
      store.read(async tx => {
        const { profile, redirectedFrom } = await find(tx, params.id)
        const members = await loadMembers(tx, profile.id, mostShown)
        const household = householdOf([], await loadRecent(tx, profile.id, now()))
        const relations = await loadRelations(tx, profile.id, mostShown)
        const genericContacts = await loadGenericContacts(tx, profile)
        const shown = { ...showProfile(profile), redirectedFrom, records: members.map(showMember) }
        return { ...shown, household, relations, genericContacts }
      }),
  })
}

async function find(tx: Tx, id: string): Promise<{ profile: StoredProfile; redirectedFrom: string | null }> {
  const profile = await findProfile(tx, id)
  if (!profile) throw new NotFound(`profile ${id}`)
  return { profile, redirectedFrom: profile.id === id.toLowerCase() ? null : id }
}

/** What to look for. Text that is an email or a phone is looked for as such. */
function searchOf({ phone, email, q, cursor }: z.output<typeof Query>, region: Region): Omit<Search, 'limit'> {
  const keys = [
    ...(phone === undefined ? [] : [phoneKey(phone, region)]),
    ...(email === undefined ? [] : [emailKey(email)]),
  ]
  const before = cursor === undefined ? null : fromCursor(cursor)
  if (q === undefined) return { keys, name: null, before }
  const [mail, number, name] = [cleanEmail(q), cleanPhone(q, region), foldName(q)]
  if (mail) return { keys: [...keys, emailKeyOf(canonicalEmail(mail))], name: null, before }
  if (number) return { keys: [...keys, phoneKeyOf(number)], name: null, before }
  if (name === '')
    throw new HubError(
      'bad_request',
      'q has neither letter nor digit: give the beginning of a name, an email or a phone',
    )
  return { keys, name, before }
}

function phoneKey(raw: string, region: Region): string {
  const phone = cleanPhone(raw, region)
  if (!phone) throw new HubError('bad_request', 'phone is no phone number: write it with its area code, or as +61…')
  return phoneKeyOf(phone)
}

function emailKey(raw: string): string {
  const email = cleanEmail(raw)
  if (!email) throw new HubError('bad_request', 'email is no email address')
  return emailKeyOf(canonicalEmail(email))
}

function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url')
}

function fromCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!isId(id)) throw new HubError('bad_request', 'the cursor is none that this list gave out')
  return id
}
