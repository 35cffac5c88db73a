import {
  cleanPhone,
  z,
  type Caller,
  type Hub,
  type Job,
  type Listener,
  type Region,
  type Screenpop,
} from '@switchboard/core'

/** What looking up callers works with. */
export interface CardSettings {
  region: Region
  /** How long a card is good when nothing is heard about its person. */
  ttlMs: number
}

/** Cards that were made before, as long as they are true. */
export interface Cards extends Screenpop {
  /** Makes a card, whether there is one or not. */
  make(phone: string): Promise<void>
  /** A card is gone as soon as its person, or somebody of their household, changes. */
  listeners: Readonly<Record<string, Listener>>
  /** Hears from other hubs whose cards are no longer true. @returns a function that ends it */
  hear(): () => void
}

/** The channel on which hubs tell each other that cards are no longer true. */
const channel = 'cards'
const prefix = 'cards:'
const keyOf = (phone: string): string => `${prefix}of:${phone}`
const ownersKey = (profileId: string): string => `${prefix}phones:${profileId}`

/** A card that is being made, and whom something was heard of meanwhile; null: of everybody. */
interface Making {
  changed: Set<string> | null
}

type CardHub = Pick<Hub, 'store' | 'wanted' | 'port' | 'signals' | 'log'>

/** Keeps the directory's cards in the cache, where there is one. */
export function keepCards(hub: CardHub, { region, ttlMs }: CardSettings): Cards {
  const makings = new Set<Making>()
  const made = async (e164: string, card: () => Promise<Caller>): Promise<Caller> => {
    const making: Making = { changed: new Set() }
    makings.add(making)
    try {
      const caller = await card()
      const about = [e164, ...peopleOf(caller)]
      const isTrue = !about.some(one => making.changed?.has(one) ?? true)
      if (isTrue) await keep(hub, e164, caller, ttlMs)
      return caller
    } finally {
      makings.delete(making)
    }
  }
  const mark = (about: readonly string[] | null): void => {
    for (const making of makings) {
      if (about === null) making.changed = null
      for (const one of about ?? []) making.changed?.add(one)
    }
  }
  const drop = async (about: readonly string[] | null): Promise<void> => {
    mark(about)
    const cache = hub.wanted('cache')
    if (!cache) return
    if (about === null) return cache.removeAll(prefix)
    const theirs = await Promise.all(about.map(one => cache.get(ownersKey(one)) as Promise<string[] | undefined>))
    for (const phone of new Set([...about, ...theirs.flatMap(list => list ?? [])])) await cache.remove(keyOf(phone))
  }
  return {
    card: async (tx, phone) => {
      const e164 = cleanPhone(phone, region)
      const cache = hub.wanted('cache')
      if (e164 === null || !cache) return hub.port('directory').card(tx, phone)
      const known = (await cache.get(keyOf(e164))) as Caller | undefined
      return known ?? made(e164, () => hub.port('directory').card(tx, phone))
    },
    make: async phone => {
      const e164 = cleanPhone(phone, region)
      if (e164 !== null) await made(e164, () => hub.store.read(tx => hub.port('directory').card(tx, e164)))
    },
    listeners: forgetting(hub, drop),
    hear: () =>
      hub.signals.hear(channel, keys => {
        // Where cards are shared, whoever told has removed them for all.
        if (keys === null && hub.wanted('cache')?.isShared) mark(null)
        else void drop(keys && [...keys])
      }),
  }
}

function peopleOf(card: Caller): string[] {
  return [card.profileId, ...card.household.map(one => one.profileId)].filter(id => id !== null)
}

async function keep({ wanted }: CardHub, e164: string, card: Caller, ttlMs: number): Promise<void> {
  const cache = wanted('cache')
  if (!cache) return
  await cache.set(keyOf(e164), card, ttlMs)
  for (const profileId of peopleOf(card)) {
    const known = ((await cache.get(ownersKey(profileId))) as string[] | undefined) ?? []
    if (!known.includes(e164)) await cache.set(ownersKey(profileId), [...known, e164].slice(-50), ttlMs)
  }
}

const About = z.object({
  profileId: z.string(),
  merged: z.array(z.string()).default([]),
  into: z.array(z.string()).default([]),
})

function forgetting(
  hub: CardHub,
  drop: (about: readonly string[] | null) => Promise<void>,
): Readonly<Record<string, Listener>> {
  const forget: Listener = {
    many: async (tx, events) => {
      const about = events.map(({ data }) => About.parse(data))
      const ids = [...new Set(about.flatMap(({ profileId, merged, into }) => [profileId, ...merged, ...into]))]
      const people = (await hub.wanted('directory')?.reach?.(tx, ids)) ?? []
      const all = [...ids, ...people.flatMap(person => person.phones)]
      hub.signals.send(tx, channel, all)
      tx.afterCommit(() => void drop(all))
    },
  }
  return {
    ...{ 'profile.changed': forget, 'profile.merged': forget, 'profile.split': forget },
    'profiles.rebuilt': async tx => {
      hub.signals.send(tx, channel)
      tx.afterCommit(() => void drop(null))
    },
  }
}

/** Makes the cards of those who are likely to call, so that their ring is told at once. */
export function phoneNumberSync(
  { store, port }: Pick<Hub, 'store' | 'port'>,
  cards: Cards,
  { most, schedule }: { most: number; schedule: string | null },
): Job {
  return {
    name: 'PhoneNumberSync',
    schedule,
    options: { lockSeconds: 600 },
    handle: async (_data, signal) => {
      const phones = (await store.read(async tx => port('directory').likely?.(tx, most))) ?? []
      let made = 0
      for (const phone of new Set(phones)) {
        if (signal.aborted) break
        await cards.make(phone)
        made++
      }
      return { made }
    },
  }
}
