import { definePlugin, z, type Hub } from '@switchboard/core'
import { topic, type Carriage } from './actor.ts'
import { liveCalls, noteCaller } from './caller.ts'
import { callCommands } from './commands.ts'
import { courier } from './courier.ts'
import { callEntities } from './entities.ts'
import { answer, deliver } from './listen.ts'
import { loop } from './loop.ts'
import { resume, resumeAtStart, resumeEveryMs } from './resume.ts'
import { callRoutes } from './routes.ts'
import { runTimers } from './timers.ts'

const options = z.object({
  /** Who is rung first: whoever has been free the longest, one after the other, or everybody free at once. */
  strategy: z.enum(['longest-idle', 'all']).default('longest-idle'),
  /** How long each of them may ring. */
  ringSeconds: z.int().min(5).max(300).default(25),
  /** How long a caller may wait for somebody to be free before they are asked for a message; 0: nobody waits. */
  maxWaitSeconds: z.int().min(0).max(3600).default(300),
  /** The line customers see when staff call them, in E.164. Default: the line called last. */
  callerId: z
    .string()
    .regex(/^\+\d{8,15}$/, 'must be a number such as +61255501234')
    .optional(),
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
  /** Said to a caller who asked to be called back. */
  callbackText: z.string().min(1).default('Thank you. You keep your place, and we will call you back. Goodbye.'),
})

const timersEveryMs = 250

/** Answers calls: rings staff, connects the one who answers with the caller, takes a message when nobody does, and keeps the trail of why. */
export const calls = definePlugin({
  name: 'calls',
  options,
  needs: ['telephony', 'roster'],
  wants: ['directory'],
  entities: callEntities,
  setup: (hub, settings) => {
    const carriage = carriageOf(hub, settings)
    const { log } = hub
    const timers = loop({ everyMs: timersEveryMs, log, work: () => runTimers(carriage) })
    const resuming = loop({ everyMs: resumeEveryMs, log, work: () => resume(carriage) })
    const stop = async (): Promise<void> => void (await Promise.all([timers.stop(), resuming.stop()]))
    return {
      routes: callRoutes(hub, carriage),
      commands: callCommands(hub, carriage),
      answers: { telephony: answer(carriage) },
      deliveries: { telephony: deliver(carriage) },
      couriers: { [topic]: courier(carriage) },
      on: { 'call.state': noteCaller(hub) },
      welcome: { calls: liveCalls(hub) },
      start: async () => {
        if (!hub.roles.has('worker')) return
        await resumeAtStart(carriage)
        timers.start()
        resuming.start()
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
    telephony: () => hub.port('telephony'),
  }
}
