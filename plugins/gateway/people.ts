import type { Hub, Staff, Tx, Who } from '@switchboard/core'

/** Reads these people, emails in small letters. @returns who of them is active, by whatever they were named; null for whoever is not */
export async function activePeople(
  hub: Pick<Hub, 'port'>,
  tx: Tx,
  those: readonly Who[],
): Promise<(who: Who) => Staff | null> {
  const wanted = new Map(those.map(who => [nameOf(who), who]))
  const people = wanted.size === 0 ? [] : await hub.port('roster').findAll(tx, [...wanted.values()])
  const active = people.filter(({ isActive }) => isActive)
  const known = new Map(active.flatMap(person => [[person.id, person] as const, [person.email, person] as const]))
  return who => known.get(nameOf(who)) ?? null
}

function nameOf(who: Who): string {
  return 'id' in who ? who.id : who.email
}
