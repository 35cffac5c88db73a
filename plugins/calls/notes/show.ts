import { z } from '@switchboard/core'
import type { CallNote } from './store.ts'

/** What is noted about a call, as the API shows it. */
export const NotesShown = z.object({
  notes: z.array(z.object({ text: z.string(), by: z.string(), at: z.date() })),
  disposition: z
    .object({ code: z.string(), note: z.string().nullable(), by: z.string(), at: z.date() })
    .nullable()
    .meta({ description: 'what became of the call: the last that was said' }),
  wrongCaller: z
    .object({ profileId: z.string(), text: z.string().nullable(), by: z.string(), at: z.date() })
    .nullable()
    .meta({ description: 'who was shown and was not the caller' }),
})

/** What is noted about a call, for the API. */
export function showNotes(notes: readonly CallNote[]): z.output<typeof NotesShown> {
  const disposition = notes.findLast(({ kind }) => kind === 'disposition')
  const wrong = notes.findLast(({ kind }) => kind === 'wrongCaller')
  return {
    notes: notes.flatMap(({ kind, text, author: by, at }) =>
      kind === 'note' && text !== null ? [{ text, by, at }] : [],
    ),
    disposition: disposition?.code
      ? { code: disposition.code, note: disposition.text, by: disposition.author, at: disposition.at }
      : null,
    wrongCaller: wrong?.profileId
      ? { profileId: wrong.profileId, text: wrong.text, by: wrong.author, at: wrong.at }
      : null,
  }
}
