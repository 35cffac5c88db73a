import { definePlugin, isTimeZone, messageOf, z, type Hub, type OneListener } from '@switchboard/core'
import { topic, type Carriage } from './actor.ts'
import { aftermath } from './aftermath.ts'
import { cardOf, liveCalls, noteCaller } from './caller.ts'
import { callCommands } from './commands.ts'
import { courier } from './courier.ts'
import { callEntities } from './entities.ts'
import { answer, deliver } from './listen.ts'
import { loop } from './loop.ts'
import { mergeParts } from './merge-parts.ts'
import { lookForRecordings } from './recordings/find.ts'
import { resume, resumeAtStart, resumeEveryMs } from './resume.ts'
import { callRoutes } from './routes.ts'
import { followMergedCallers, routingRoutes } from './routing-routes.ts'
import { Blocked, Strategy } from './routing-settings.ts'
import { callsWith, isOfInterest, tellEnded } from './timeline.ts'
import { runTimers } from './timers.ts'

const options = z.object({
  /** Who is rung first: whoever has been free the longest, one after the other; each in turn; or everybody free at once. */
  strategy: Strategy.default('longest-idle'),
  /** How long each of them may ring. */
  ringSeconds: z.int().min(5).max(300).default(25),
  /** How long a caller may wait for somebody to be free before they are asked for a message; 0: nobody waits. */
  maxWaitSeconds: z.int().min(0).max(3600).default(300),
  /** The line customers see when staff call them, in E.164. Default: the line called last. */
  callerId: z
    .string()
    .regex(/^\+\d{8,15}$/, 'must be a number such as +61255501234')
    .optional(),
  /** Whether whoever the caller knows is rung before the others. */
  preferred: z.boolean().default(true),
  /** Callers who are turned away, with the reason. */
  blocked: z.array(Blocked).default([]),
  /** Said to the caller before the music; null says nothing. */
  greeting: z.string().min(1).nullable().default('Thank you for calling. We are finding somebody for you.'),
  /** Said before the beep. */
  voicemailGreeting: z
    .string()
    .min(1)
    .default('Nobody can take your call right now. Please leave a message after the tone, and we will call you back.'),
  voicemailMaxSeconds: z.int().min(5).max(600).default(120),
  /** Said to a caller who waits, now and then; `{place}` is their place in the queue. */
  queueText: z
    .string()
    .min(1)
    .default('You are number {place} in the queue. To be called back without losing your place, press 1.'),
  /** How soon we want to have called back whoever did not get through. */
  promiseMinutes: z.int().min(1).max(10_080).default(60),
  /** What can become of a call, for those who talk to choose from. */
  dispositions: z
    .array(z.string().min(1).max(100))
    .default(['sale', 'booking', 'question', 'complaint', 'follow-up', 'wrong-number', 'spam']),
  /** The zone in which the trail tells the time, where no part keeps the business's hours. */
  timeZone: z.string().refine(isTimeZone, 'is no time zone, such as Australia/Sydney').default('UTC'),
  /** Said to a caller who asked to be called back. */
  callbackText: z.string().min(1).default('Thank you. You keep your place, and we will call you back. Goodbye.'),
})

const timersEveryMs = 250

/** Answers calls: rings staff, connects the one who answers with the caller, takes a message when nobody does, and keeps the trail of why. */
export const calls = definePlugin({
  name: 'calls',
  options,
  needs: ['telephony', 'roster'],
  wants: ['directory', 'screenpop', 'blocklist', 'hours', 'blobs', 'threads'],
  provides: ['history'],
  entities: callEntities,
  setup: (hub, settings) => {
    const carriage = carriageOf(hub, settings)
    const { log } = hub
    const timers = loop({ everyMs: timersEveryMs, log, work: () => runTimers(carriage) })
    const resuming = loop({ everyMs: resumeEveryMs, log, work: () => resume(carriage) })
    let looking: Promise<unknown> = Promise.resolve()
    const stop = async (): Promise<void> => void (await Promise.all([timers.stop(), resuming.stop(), looking]))
    const own = mergeParts([
      {
        routes: [
          ...callRoutes(hub, carriage, () => hub.wanted('hours')?.timeZone?.() ?? settings.timeZone),
          ...routingRoutes(hub, carriage),
        ],
        commands: callCommands(hub, carriage),
        couriers: { [topic]: courier(carriage) },
        on: { 'call.state': noteCaller(hub), 'profile.merged': followMergedCallers() },
      },
      { on: { 'call.state': tellEnded(hub) } },
      aftermath(hub, carriage, settings),
    ])
    return {
      ...own,
      on: { ...own.on, 'call.state': { wants: isOfInterest, hear: own.on['call.state'] as OneListener } },
      answers: { telephony: answer(carriage) },
      deliveries: { telephony: deliver(carriage) },
      welcome: { calls: liveCalls(hub) },
      timeline: { calls: callsWith },
      start: async () => {
        if (!hub.roles.has('worker')) return
        await resumeAtStart(carriage)
        timers.start()
        resuming.start()
        // What was said to the fallback while we were away. Nobody waits for it.
        looking = lookForRecordings(hub, carriage).catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, 'the vendor could not be asked for recordings'),
        )
      },
      drain: stop,
      close: stop,
    }
  },
})

function carriageOf(hub: Hub, settings: z.output<typeof options>): Carriage {
  const { events, outbox, log, store } = hub
  return {
    ...{ events, outbox, log, store, settings },
    now: () => hub.now(),
    roster: () => hub.port('roster'),
    hours: () => hub.wanted('hours'),
    threads: () => hub.wanted('threads'),
    blocklist: () => hub.wanted('blocklist'),
    card: (tx, phone) => cardOf(hub, tx, phone),
    telephony: () => hub.port('telephony'),
  }
}
