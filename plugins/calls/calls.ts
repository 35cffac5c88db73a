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
  /** Said to the caller before the music; null says nothing. */
  greeting: z.string().min(1).nullable().default('Thank you for calling. We are finding somebody for you.'),
  /** Said before the beep. */
  voicemailGreeting: z
    .string()
    .min(1)
    .default('Nobody can take your call right now. Please leave a message after the tone, and we will call you back.'),
  voicemailMaxSeconds: z.int().min(5).max(600).default(120),
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
