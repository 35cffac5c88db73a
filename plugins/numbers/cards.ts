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

/** The channel on which hubs tell each other that cards are no longer true. */
const channel = 'cards'
const keyOf = (phone: string): string => `card:${phone}`
const ownersKey = (profileId: string): string => `card-phones:${profileId}`

/** Cards that were made before, as long as they are true; others are made by the directory. */
export function cards(hub: Pick<Hub, 'wanted' | 'port' | 'log'>, { region, ttlMs }: CardSettings): Screenpop {
  return {
    card: async (tx, phone) => {
      const e164 = cleanPhone(phone, region)
      const cache = hub.wanted('cache')
      if (e164 === null || !cache) return hub.port('directory').card(tx, phone)
      const known = (await cache.get(keyOf(e164))) as Caller | undefined
      if (known) return known
      const card = await hub.port('directory').card(tx, phone)
      await keep(hub, e164, card, ttlMs)
      return card
    },
  }
}

async function keep({ wanted }: Pick<Hub, 'wanted'>, e164: string, card: Caller, ttlMs: number): Promise<void> {
  const cache = wanted('cache')
  if (!cache) return
  await cache.set(keyOf(e164), card, ttlMs)
  for (const profileId of [card.profileId, ...card.household.map(one => one.profileId)])
    if (profileId) {
      const known = ((await cache.get(ownersKey(profileId))) as string[] | undefined) ?? []
      if (!known.includes(e164)) await cache.set(ownersKey(profileId), [...known, e164].slice(-50), ttlMs)
    }
}

const About = z.object({
  profileId: z.string(),
  merged: z.array(z.string()).default([]),
  into: z.array(z.string()).default([]),
})

/** A card is gone as soon as its person, or somebody of their household, changes. */
export function forgetCards(hub: Pick<Hub, 'wanted' | 'signals' | 'log'>): Readonly<Record<string, Listener>> {
  const forget: Listener = async (tx, { data }) => {
    const { profileId, merged, into } = About.parse(data)
    const directory = hub.wanted('directory')
    const phones: string[] = []
    for (const id of [profileId, ...merged, ...into]) phones.push(...((await directory?.reach?.(tx, id))?.phones ?? []))
    hub.signals.send(tx, channel, [...[profileId, ...merged, ...into], ...phones])
    tx.afterCommit(() => void drop(hub, [profileId, ...merged, ...into], phones))
  }
  return { 'profile.changed': forget, 'profile.merged': forget, 'profile.split': forget }
}

/** Hears from other hubs whose cards are no longer true. @returns a function that ends it */
export function hearForgotten(hub: Pick<Hub, 'wanted' | 'signals' | 'log'>): () => void {
  return hub.signals.hear(channel, keys => {
    const all = [...(keys ?? [])]
    void drop(
      hub,
      all.filter(key => !key.startsWith('+')),
      all.filter(key => key.startsWith('+')),
    )
  })
}

async function drop(
  { wanted }: Pick<Hub, 'wanted'>,
  profileIds: readonly string[],
  phones: readonly string[],
): Promise<void> {
  const cache = wanted('cache')
  if (!cache) return
  const theirs = await Promise.all(profileIds.map(id => cache.get(ownersKey(id)) as Promise<string[] | undefined>))
  for (const phone of new Set([...phones, ...theirs.flatMap(list => list ?? [])])) await cache.remove(keyOf(phone))
}

/** Makes the cards of those who are likely to call, so that their ring is told at once. */
export function phoneNumberSync(
  hub: Pick<Hub, 'store' | 'wanted' | 'port' | 'log'>,
  { region, ttlMs, most, schedule }: CardSettings & { most: number; schedule: string | null },
): Job {
  return {
    name: 'PhoneNumberSync',
    schedule,
    options: { lockSeconds: 600 },
    handle: async (_data, signal) => {
      const directory = hub.port('directory')
      const phones = (await hub.store.read(async tx => directory.likely?.(tx, most))) ?? []
      let made = 0
      for (const phone of phones) {
        if (signal.aborted) break
        const e164 = cleanPhone(phone, region)
        if (e164 === null) continue
        await keep(hub, e164, await hub.store.read(tx => directory.card(tx, e164)), ttlMs)
        made++
      }
      return { made }
    },
  }
}
