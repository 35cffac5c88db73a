import { messageOf, type JobsPort, type Kit } from '@switchboard/core'
import { makeEngine, type JobSettings } from './engine.ts'
import type { JobStore, Kept } from './job-store.ts'
import { ended, type Running } from './run.ts'
import { everyMsOf, reschedule } from './schedule.ts'
import { statsOf } from './stats.ts'

/** Jobs that can be let go of. */
export interface RunningJobs extends JobsPort {
  close(): Promise<void>
  ailing(): string | null
}

/** Jobs by Agenda, kept in a store that is opened when it is first needed. */
export function makeJobs(
  kit: Pick<Kit, 'log' | 'now' | 'signal'>,
  open: () => Promise<JobStore>,
  settings: JobSettings,
): RunningJobs {
  const running: Running = new Map()
  let stopping = new AbortController()
  const signal = (): AbortSignal => AbortSignal.any([kit.signal, stopping.signal])
  const engine = makeEngine({ kit, open, settings, running, signal })
  return {
    define: (name, handler, options = {}) => engine.define(name, handler, options),
    every: async (schedule, name) => {
      const { agenda, guard } = await engine.ready()
      await reschedule(agenda, guard.repository, { name, schedule, timeZone: settings.timeZone })
    },
    soon: async (name, input = {}, { key = null, at = kit.now() }: { key?: string | null; at?: Date } = {}) => {
      const { agenda, store, nudge } = await engine.ready()
      const kept: Kept = { input, key, result: null }
      if (key !== null) await store.put({ name, key, kept, at })
      else await agenda.create(name, kept).schedule(at).save()
      if (at <= kit.now()) nudge()
    },
    stats: async () => {
      const { agenda, guard } = await engine.ready()
      const { jobs } = await guard.repository.queryJobs()
      const { timeZone } = settings
      return statsOf(engine.names(), jobs, (name, schedule) => everyMsOf(agenda, { name, schedule, timeZone }))
    },
    start: async () => {
      const { agenda } = await engine.ready()
      if (stopping.signal.aborted) stopping = new AbortController()
      await agenda.start()
    },
    stop: async () => {
      stopping.abort()
      const { agenda, guard } = engine.opened() ?? {}
      if (!agenda || !guard) return
      await guard.settled()
      await agenda.stop(false)
      await ended(agenda, running)
      await guard.flush().catch(error => kit.log.warn({ error: messageOf(error) }, 'state of jobs was not written'))
    },
    ailing: () => engine.opened()?.guard.ailing() ?? null,
    close: async () => {
      stopping.abort()
      await engine.close()
    },
  }
}
