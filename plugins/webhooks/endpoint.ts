/** Somebody who wants to hear of events. */
export interface Endpoint {
  /** Its name in hub.yaml. */
  name: string
  url: string
  secret: string
  /** Whole names, or `call.*`. */
  events: readonly string[]
}

/** Whether an endpoint asks for this event. */
export function matches({ events }: Endpoint, event: string): boolean {
  return events.some(asked => asked === event || (asked.endsWith('.*') && event.startsWith(asked.slice(0, -1))))
}
