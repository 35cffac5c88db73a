import { z, type FoundRecording } from '@switchboard/core'
import { isConversation, numberShown } from './receive.ts'
import type { Rest } from './rest.ts'

const Row = z.object({
  sid: z.string(),
  call_sid: z.string(),
  status: z.string(),
  source: z.string().nullish(),
  duration: z.string().nullish(),
  date_created: z.string(),
})
const Rows = z.object({ recordings: z.array(Row), next_page_uri: z.string().nullish() })
const Call = z.object({ from: z.string().nullish(), to: z.string().nullish(), direction: z.string().nullish() })

/** The account's recordings that are whole, begun since then; the list goes by days. */
export async function recordings(since: Date, rest: Rest): Promise<FoundRecording[]> {
  const query = new URLSearchParams({ 'DateCreated>': since.toISOString().slice(0, 10), PageSize: '1000' })
  const rows = await rest.all(`/Recordings.json?${query}`, Rows, page => page.recordings)
  return rows.filter(isWhole).map(row => foundOf(row, rest))
}

function isWhole({ status, duration }: z.output<typeof Row>): boolean {
  return status === 'completed' && Number(duration ?? 0) > 0
}

function foundOf(
  { sid, call_sid: vendorLegId, source, duration, date_created }: z.output<typeof Row>,
  rest: Rest,
): FoundRecording {
  const facts = { vendorId: sid, url: `/Recordings/${sid}`, durationSeconds: Number(duration) }
  return {
    vendorLegId,
    at: new Date(date_created),
    recording: { ...facts, ...(isConversation(source ?? null) && { isConversation: true }) },
    about: async () => {
      const { from, to, direction } = await rest.ask(`/Calls/${encodeURIComponent(vendorLegId)}.json`, Call)
      return direction === 'inbound' && to ? { from: numberShown(from ?? ''), to } : null
    },
  }
}
