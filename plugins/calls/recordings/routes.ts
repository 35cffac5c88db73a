import {
  Forbidden,
  HubError,
  isAllowedOn,
  NotFound,
  route,
  z,
  type Principal,
  type RawAnswer,
  type Route,
} from '@switchboard/core'
import type { Fetching } from '../voicemail/fetch.ts'
import { readRecording, spokeIn, type CallRecording } from './store.ts'

/** A recorded conversation as the API shows it. */
export const RecordingShown = z.object({
  id: z.string(),
  durationSeconds: z.number().nullable(),
  audio: z.string().nullable().meta({ description: 'where it is heard; null until it was fetched from the vendor' }),
  waitsBecause: z.string().nullable().meta({ description: 'why it could not be fetched so far' }),
})

/** A recording for the API: no vendor's ids. */
export function showRecording(recording: CallRecording): z.output<typeof RecordingShown> {
  const { id, callId, durationSeconds, fetchedAt, fetchError } = recording
  const audio = fetchedAt ? `/api/calls/${callId}/recordings/${id}/audio` : null
  return { id, durationSeconds, audio, waitsBecause: fetchError }
}

/** What was said in a call: for whoever spoke in it, and those who may view what is the team's. */
export function recordingRoutes({ store, blobs }: Fetching): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/calls/:id/recordings/:recordingId/audio',
      summary: 'What was said in a call: for those who spoke in it, and for managers',
      access: 'agent',
      params: z.object({ id: z.uuid(), recordingId: z.uuid() }),
      isRaw: true,
      handle: async ({ params, principal }): Promise<RawAnswer> => {
        const found = await store.read(async tx => {
          const recording = await readRecording(tx, params.recordingId)
          return recording?.callId === params.id ? { recording, owners: await spokeIn(tx, recording.callId) } : null
        })
        if (!found) throw new NotFound('this recording')
        const { recording, owners } = found
        const asker = askerOf(principal)
        if (![null, ...owners].some(owner => isAllowedOn(asker, 'View', owner)))
          throw new Forbidden('only who spoke in a call, and managers, may hear it')
        const kept = recording.blobKey === null ? null : await blobs()?.get(recording.blobKey)
        if (!kept) throw new HubError('not_found', 'this recording was not fetched from the vendor yet')
        return { contentType: recording.contentType ?? 'application/octet-stream', body: kept.body }
      },
    }),
  ]
}

function askerOf(principal: Principal | null): Parameters<typeof isAllowedOn>[0] {
  if (!principal) throw new Forbidden('sign in first')
  return { role: principal.role, staffId: principal.kind === 'staff' ? principal.staffId : null }
}
