import type { TrailRow } from './store.ts'

/** Names of the parties of a call, by leg. */
export type Names = ReadonlyMap<string, string>

interface Rung {
  legId?: string
  name: string
}

/** What the data of a trail's lines may hold; each event has some of it. */
export interface Facts {
  rung?: Rung[] | null
  to?: Rung | string
  skipped?: { name: string; because: string }[]
  otherwise?: { because: string; place?: number }
  because?: string
  ringSeconds?: number
  recording?: { durationSeconds?: number | null } | null
  legId?: string
  command?: string
  status?: string
}

/** Who was ever rung or brought in, from the lines that say so. */
export function namesIn(trail: readonly TrailRow[]): Names {
  const names = new Map<string, string>()
  for (const { data } of trail) {
    const { rung, to } = (data ?? {}) as { rung?: Rung | Rung[] | null; to?: Rung | string }
    for (const one of [rung, to].flat())
      if (typeof one === 'object' && one?.legId !== undefined) names.set(one.legId, one.name)
  }
  return names
}

/** Whom a line has rung, and for how long. */
export function ring({ rung, ringSeconds }: Facts): string {
  const names = [rung ?? []].flat().map(({ name }) => name)
  return `Rung: ${names.join(', ')}${ringSeconds === undefined ? '' : `, for ${ringSeconds} s`}`
}

/** Who was not rung, each with the reason, to end a sentence with; empty when there was nobody. */
export function notRung({ skipped = [] }: Facts): string {
  const each = skipped.map(({ name, because }) => `${name} ${because}`)
  return each.length === 0 ? '' : `; not rung: ${each.join(', ')}`
}
