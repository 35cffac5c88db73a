import type { Courier, Listener } from '../ports/events.ts'
import type { AnswerHandler, DeliveryHandler, Forget, Job, Route } from '../ports/plugin.ts'
import type { Assembly } from './assembly.ts'

/** Who listens to which event, by event and plugin. */
export function listenersOf(assembly: Assembly): Map<string, Map<string, Listener>> {
  const listeners = new Map<string, Map<string, Listener>>()
  for (const { planned, thing } of working(assembly)) {
    for (const [event, listener] of Object.entries(thing.on ?? {})) {
      const byPlugin = listeners.get(event) ?? new Map<string, Listener>()
      listeners.set(event, byPlugin.set(planned.name, listener))
    }
  }
  return listeners
}

/** Who carries which commands, by topic. */
export function couriersOf(assembly: Assembly): Map<string, Courier> {
  return new Map(working(assembly).flatMap(({ thing }) => Object.entries(thing.couriers ?? {})))
}

/** Who reads which deliveries, by port; those of sources the core reads itself. */
export function readersOf(assembly: Assembly): Map<string, DeliveryHandler> {
  return new Map(working(assembly).flatMap(({ thing }) => Object.entries(thing.deliveries ?? {})))
}

/** Everybody who holds something of people. */
export function forgettersOf(assembly: Assembly): Forget[] {
  return working(assembly).flatMap(({ thing }) => thing.forget ?? [])
}

/** Who answers vendors that wait, by port. */
export function answersOf(assembly: Assembly): Map<string, AnswerHandler> {
  return new Map(working(assembly).flatMap(({ thing }) => Object.entries(thing.answers ?? {})))
}

/** Every job of every plugin, with the plugin's entry. */
export function jobsOf(assembly: Assembly): { part: string; job: Job }[] {
  return working(assembly).flatMap(({ planned, thing }) => (thing.jobs ?? []).map(job => ({ part: planned.name, job })))
}

/** Every route of every plugin. */
export function routesOf(assembly: Assembly): Route[] {
  return working(assembly).flatMap(({ thing }) => thing.routes ?? [])
}

/** The plugins that did not fail: a failed one adds nothing. */
function working({ plugins, states }: Assembly): Assembly['plugins'] {
  return plugins.filter(({ planned }) => states.get(`plugins.${planned.name}`)?.state !== 'failed')
}
