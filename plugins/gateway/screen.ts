import type { Hub, Staff, StaffId, Tx } from '@switchboard/core'

/** What each of these people needs to draw their first screen: the fields of `welcome` that are the same on all their devices, each as JSON. */
export async function screensOf(hub: Hub, tx: Tx, people: readonly Staff[]): Promise<Map<StaffId, string>> {
  const written: Written = new Map()
  // All is asked in one go: what is the same for everybody is then looked for once, and all of it leaves in one write.
  const screens = people.map(async ({ id, name, email, role }) => {
    const fields = [...hub.welcomes()].map(async ([field, welcome]) => [field, await welcome(tx, id)] as const)
    const own = Object.fromEntries(await Promise.all(fields))
    const screen = { calls: [], presence: [], threads: [], ...own, staff: { id, name, email, role } }
    return [id, fieldsJson(screen, written)] as const
  })
  return new Map(await Promise.all(screens))
}

/**
 * Items of lists as JSON, each written once: of a hundred people who come back together each is shown the presence of all hundred, by the same
 * hundred objects.
 */
type Written = Map<unknown, string>

/** The fields of an object as JSON, without its braces: so that those of several objects can stand in one. */
export function fieldsJson(fields: Readonly<Record<string, unknown>>, written: Written = new Map()): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => {
      const json = Array.isArray(value) ? listJson(value, written) : JSON.stringify(value)
      return json === undefined ? [] : `${JSON.stringify(name)}:${json}`
    })
    .join(',')
}

function listJson(list: readonly unknown[], written: Written): string {
  const itemJson = (item: unknown): string => {
    const json = written.get(item) ?? JSON.stringify(item) ?? 'null'
    if (typeof item === 'object') written.set(item, json)
    return json
  }
  return `[${list.map(itemJson).join(',')}]`
}
