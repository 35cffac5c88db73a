import {
  after,
  day,
  definePlugin,
  minute,
  z,
  type Hub,
  type Job,
  type Region,
  type Timeline,
  isTimeZone,
} from '@switchboard/core'
import { attachAll, attachTopic, followEverybody } from './attach.ts'
import { autoReply } from './auto-reply.ts'
import { messageCommands } from './commands.ts'
import type { Desk } from './desk.ts'
import { messagingEntities } from './entities.ts'
import { forgetEvents } from './event-store.ts'
import { forgetPeople } from './forget.ts'
import { frontCheck, frontEvents } from './follow.ts'
import { deliver } from './hear.ts'
import { eraseMedia, eraseTopic, fetchMedia, mediaTopic } from './media.ts'
import { messagesOf } from './message-store.ts'
import { threadRoutes } from './routes.ts'
import { handOverDue, sendMessages, sendTopic, threadsPort } from './send.ts'
import { showMessage, showThread } from './show.ts'
import { unreadFor } from './thread-store.ts'
import { carryBack, writeBack, writeBackTopic } from './write-back.ts'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 21:00')

const options = z.object({
  /** Where a phone number without a country code is from. */
  region: z.string().length(2).default('AU'),
  /** When nobody is written to unasked. Who wrote in the last half hour is answered. Default: there is no such time. */
  quietHours: z
    .object({
      from: clock,
      to: clock,
      timeZone: z.string().refine(isTimeZone, 'is no time zone, such as Australia/Sydney'),
    })
    .nullable()
    .default(null),
  /** Texts that are ready to be sent, by name; `{name}` is a place to be filled in. */
  templates: z.record(z.string().regex(/^[\w-]+$/), z.string().min(1).max(1600)).default({}),
  /** Messages older than this, read late, are kept and told nobody. */
  newsHours: z.number().min(1).max(720).default(24),
  /** How often messengers are read for what no webhook told; null: only by hand. */
  schedule: z.string().nullable().default('5 minutes'),
  /** How often it is looked whether webhooks have fallen silent; null: only by hand. */
  checkSchedule: z.string().nullable().default('10 minutes'),
  /** What a text that comes in while we are closed is answered; `{opens}` is when we open again. Default: nothing. */
  autoReply: z
    .object({ text: z.string().min(1).max(1600) })
    .nullable()
    .default(null),
  /** How long a webhook about a message may take before it counts as missing. */
  webhookMinutes: z.number().min(0).max(60).default(2),
  /** The messenger in whose conversations calls are written down, such as `front`; null: nowhere. */
  writeCallsTo: z.string().nullable().default(null),
  /** How long it is remembered which events were heard. */
  keepEventsDays: z.int().min(7).max(365).default(60),
})

/** Conversations by text and email: kept, tied to their person, answered and searched. */
export const messaging = definePlugin({
  name: 'messaging',
  options,
  needs: ['roster'],
  wants: ['directory', 'blobs', 'alerts', 'hours'],
  provides: ['threads'],
  entities: messagingEntities,
  setup: (hub, settings) => {
    const desk = { ...deskOf(hub, settings), templates: settings.templates }
    return {
      ports: { threads: threadsPort(desk) },
      deliveries: { messaging: deliver(desk) },
      couriers: {
        [sendTopic]: sendMessages(desk),
        [mediaTopic]: fetchMedia(desk),
        [eraseTopic]: eraseMedia(desk),
        [attachTopic]: attachAll(desk),
        [writeBackTopic]: carryBack(desk),
      },
      on: {
        ...followEverybody(desk),
        'call.ended': writeBack(desk, settings.writeCallsTo),
        ...(settings.autoReply && { 'message.received': autoReply(desk, settings.autoReply) }),
      },
      routes: threadRoutes(desk),
      commands: messageCommands(desk),
      jobs: [
        frontEvents(hub, desk, settings.schedule),
        frontCheck(hub, desk, { schedule: settings.checkSchedule, graceMs: settings.webhookMinutes * minute }),
        scheduled(desk),
        tidy(desk, settings.keepEventsDays),
      ],
      welcome: { threads: async (tx, staffId) => (await unreadFor(tx, staffId, 50)).map(showThread) },
      timeline: { messages: saidWith },
      forget: forgetPeople(desk),
    }
  },
})

function deskOf(hub: Hub, { region, quietHours, newsHours }: z.output<typeof options>): Desk {
  const { store, events, outbox, log, messengers, wanted, port } = hub
  const settings = { region: region as Region, quietHours, newsHours }
  return { store, events, outbox, log, messengers, wanted, port, now: () => hub.now(), settings }
}

function scheduled(desk: Desk): Job {
  return {
    name: 'messaging.scheduled',
    schedule: '1 minute',
    handle: async () => ({ sent: await desk.store.transact(tx => handOverDue(desk, tx)) }),
  }
}

function tidy({ store, now }: Desk, keepDays: number): Job {
  return {
    name: 'messaging.tidy',
    schedule: '1 day',
    handle: async () => ({ forgotten: await store.transact(tx => forgetEvents(tx, after(now(), -keepDays * day))) }),
  }
}

const saidWith: Timeline = async (tx, about) =>
  (await messagesOf(tx, about)).map(message => ({
    kind: 'message',
    id: message.id,
    at: message.at,
    summary: `${message.direction === 'inbound' ? 'They wrote' : `${message.author ?? 'We'} wrote`}: ${message.text.slice(0, 120)}`,
    data: showMessage(message),
  }))
