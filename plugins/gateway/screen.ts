import type { Hub, Staff, StaffId, Tx } from '@switchboard/core'

/** What each of these people needs to draw their first screen: the fields of `welcome` that are the same on all their devices, each as JSON. */
export async function screensOf(hub: Hub, tx: Tx, people: readonly Staff[]): Promise<Map<StaffId, string>> {
  const words = jsonOnce()
  // All is asked in one go: what is the same for everybody is then looked for once, and all of it leaves in one write.
  const shown = people.map(async ({ id, name, email, role }) => {
    const fields = [...hub.welcomes()].map(async ([field, welcome]) => [field, await welcome(tx, id)] as const)
    const own = Object.fromEntries(await Promise.all(fields))
    return [id, words({ calls: [], presence: [], threads: [], ...own, staff: { id, name, email, role } })] as const
  })
  return new Map(await Promise.all(shown))
}

/** The fields of an object as JSON, without its braces. */
export function fieldsJson(fields: Readonly<Record<string, unknown>>): string {
  return jsonOnce()(fields)
}

/** As `fieldsJson`; what stands in the lists of several objects is put into words once. */
function jsonOnce(): (fields: Readonly<Record<string, unknown>>) => string {
  const known = new Map<unknown, string>()
  const item = (value: unknown): string => {
    const words = known.get(value) ?? JSON.stringify(value) ?? 'null'
    if (typeof value === 'object') known.set(value, words)
    return words
  }
  const words = (value: unknown): string | undefined =>
    Array.isArray(value) ? `[${value.map(item).join(',')}]` : JSON.stringify(value)
  return fields =>
    Object.entries(fields)
      .flatMap(([name, value]) => {
        const said = words(value)
        return said === undefined ? [] : `${JSON.stringify(name)}:${said}`
      })
      .join(',')
}
