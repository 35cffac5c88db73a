import type { Hub, Tx } from '@switchboard/core'
import type { Carriage } from './actor.ts'
import { fallbackRoutes } from './fallback.ts'
import { history } from './history.ts'
import { mergeParts, type Addition } from './merge-parts.ts'
import { noteCommands, noteRoutes, type Desk } from './notes/notes.ts'
import { keepPromises, type Keeper } from './promises/keep.ts'
import { promiseRoutes } from './promises/routes.ts'
import { fetchRecording, fetchRecordingsAgain, keepTold, recordingTopic } from './recordings/fetch.ts'
import { findRecordings } from './recordings/find.ts'
import { recordingRoutes } from './recordings/routes.ts'
import { fetchAgain, fetchAudio, keepMessage, voicemailTopic, type Fetching } from './voicemail/fetch.ts'
import { voicemailRoutes } from './voicemail/routes.ts'

/** The settings of what calls leave behind. */
export interface AftermathSettings {
  promiseMinutes: number
  dispositions: readonly string[]
  voicemailGreeting: string
  voicemailMaxSeconds: number
}

/** What calls leave behind: promises, messages, notes; and what callers hear while nothing can be left. */
export function aftermath(hub: Hub, carriage: Carriage, settings: AftermathSettings): Required<Addition> {
  const telephony = () => hub.port('telephony')
  const { store, outbox, events, log } = hub
  const now = (): Date => hub.now()
  const keeper: Keeper = {
    events,
    log,
    now,
    promiseMinutes: settings.promiseMinutes,
    hours: () => hub.wanted('hours'),
    audience: tx => everybody(hub, tx),
  }
  const fetching: Fetching = { store, outbox, now, telephony, blobs: () => hub.wanted('blobs') }
  const desk: Desk = { store, events, now, port: hub.port, dispositions: settings.dispositions }
  return mergeParts([
    { on: keepPromises(keeper), routes: promiseRoutes(hub, keeper), ports: { history } },
    {
      on: { 'call.voicemail': keepMessage(fetching) },
      couriers: { [voicemailTopic]: fetchAudio(fetching) },
      jobs: [fetchAgain(fetching)],
      routes: voicemailRoutes({ store, now }, fetching),
    },
    {
      on: { 'call.recorded': keepTold(fetching) },
      couriers: { [recordingTopic]: fetchRecording(fetching) },
      jobs: [fetchRecordingsAgain(fetching), findRecordings(hub, carriage)],
      routes: recordingRoutes(fetching),
    },
    { routes: noteRoutes(desk), commands: noteCommands(desk) },
    { routes: fallbackRoutes({ telephony, publicUrl: hub.publicUrl, settings }) },
  ])
}

async function everybody(hub: Hub, tx: Tx) {
  return (await hub.port('roster').onDuty(tx)).map(({ id }) => id)
}
