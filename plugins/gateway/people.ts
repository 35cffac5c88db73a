import type { Hub, Staff, StaffId, Tx } from '@switchboard/core'

/** Somebody who answers, by their id or their email in small letters. */
export type Who = { id: StaffId } | { email: string }

/** Of more people than this, everybody is read at once. */
const few = 4

/** Reads these people. @returns who of them is active, by whatever they were named; null for whoever is not */
export async function activePeople(
  hub: Pick<Hub, 'port'>,
  tx: Tx,
  those: readonly Who[],
): Promise<(who: Who) => Staff | null> {
  const roster = hub.port('roster')
  const wanted = new Map(those.map(who => [nameOf(who), who]))
  const people =
    wanted.size > few
      ? await roster.onDuty(tx)
      : await Promise.all([...wanted.values()].map(who => roster.find(tx, who)))
  const active = people.flatMap(person => (person?.isActive ? person : []))
  const known = new Map(active.flatMap(person => [[person.id, person] as const, [person.email, person] as const]))
  return who => known.get(nameOf(who)) ?? null
}

function nameOf(who: Who): string {
  return 'id' in who ? who.id : who.email
}
