import type { CallHistory } from '@switchboard/core'
import { notesAbout } from './notes/store.ts'
import { numberOf } from './promises/keep.ts'
import { onCard } from './promises/show.ts'
import { promisesTo } from './promises/store.ts'

/** What earlier calls left behind about a number, for the caller's card. */
export const history: CallHistory = {
  of: async (tx, phone) => {
    if (phone === null) return { promises: [], notes: [] }
    const number = numberOf(phone)
    const [promises, notes] = await Promise.all([promisesTo(tx, number), notesAbout(tx, phone)])
    return { promises: promises.map(onCard), notes }
  },
}
