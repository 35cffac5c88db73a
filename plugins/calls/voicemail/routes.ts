import { HubError, NotFound, route, z, type Hub, type RawAnswer, type Route } from '@switchboard/core'
import type { Fetching } from './fetch.ts'
import { listVoicemails, markDone, readVoicemail, type Voicemail } from './store.ts'

/** A message as the API shows it. */
const VoicemailShown = z.object({
  id: z.string(),
  callId: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  ownerId: z.string().nullable(),
  durationSeconds: z.number().nullable(),
  leftAt: z.date(),
  audio: z.string().nullable().meta({ description: 'where it is heard; null until it was fetched from the vendor' }),
  waitsBecause: z.string().nullable().meta({ description: 'why it could not be fetched so far' }),
  transcript: z.string().nullable(),
  isDone: z.boolean(),
  doneAt: z.date().nullable(),
  doneBy: z.string().nullable(),
})

const One = z.object({ id: z.uuid() })

/** The inbox of messages that callers left. */
export function voicemailRoutes({ store, now }: Pick<Hub, 'store' | 'now'>, fetching: Fetching): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/voicemails',
      summary: 'Messages that callers left, newest first',
      access: 'agent',
      query: z.object({
        isDone: z.stringbool().optional(),
        owner: z.uuid().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z.uuid().optional(),
      }),
      answer: z.object({ items: z.array(VoicemailShown), cursor: z.string().nullable() }),
      handle: async ({ query: { isDone, owner, limit, cursor } }) => {
        const wanted = { isDone, ownerId: owner, limit: limit + 1, before: cursor ?? null }
        const found = await store.read(tx => listVoicemails(tx, wanted))
        const last = found.length > limit ? found[limit - 1] : undefined
        return { items: found.slice(0, limit).map(show), cursor: last?.id ?? null }
      },
    }),
    route({
      method: 'POST',
      path: '/api/voicemails/:id',
      summary: 'Mark a message as done, or as not done',
      access: 'agent',
      params: One,
      body: z.object({ isDone: z.boolean() }),
      answer: VoicemailShown,
      handle: async ({ params, body: { isDone }, principal }) => {
        const by = principal?.name ?? 'somebody'
        const message = await store.transact(tx => markDone(tx, params.id, { isDone, by, at: now() }))
        if (!message) throw new NotFound('this message')
        return show(message)
      },
    }),
    hear(store, fetching),
  ]
}

function hear(store: Hub['store'], { blobs }: Fetching): Route {
  return route({
    method: 'GET',
    path: '/api/voicemails/:id/audio',
    summary: 'What the caller said',
    access: 'agent',
    params: One,
    isRaw: true,
    handle: async ({ params }): Promise<RawAnswer> => {
      const message = await store.read(tx => readVoicemail(tx, params.id))
      if (!message) throw new NotFound('this message')
      const kept = message.blobKey === null ? null : await blobs()?.get(message.blobKey)
      if (!kept) throw new HubError('not_found', 'the audio of this message was not fetched from the vendor yet')
      return { contentType: message.contentType ?? 'application/octet-stream', body: kept.body }
    },
  })
}

function show(message: Voicemail): z.output<typeof VoicemailShown> {
  const { id, callId, number, line, ownerId, durationSeconds, leftAt, transcript, isDone, doneAt, doneBy } = message
  return {
    ...{ id, callId, ownerId, durationSeconds, leftAt, transcript, isDone, doneAt, doneBy },
    ...{ from: number, to: line, waitsBecause: message.fetchError },
    audio: message.fetchedAt ? `/api/voicemails/${id}/audio` : null,
  }
}
