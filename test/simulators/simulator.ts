import type { Faults, FaultSettings } from './faults.ts'
import type { World } from './world.ts'

/** A vendor that runs on loopback: real HTTP, invented people, faults on request. */
export interface Simulator<Run extends Running = Running> {
  /** The adapter it stands in for, such as `shopify`. */
  name: string
  /** Options of the adapter that are known before it runs: invented credentials. Merged over hub.yaml's when `simulate: true`. */
  options: Readonly<Record<string, unknown>>
  start(settings: SimulatorSettings): Promise<Run>
}

/** What a simulator needs to run. */
export interface SimulatorSettings {
  /** Where the hub is reached, and what signatures are made for; no slash at the end. */
  publicUrl: string
  /** The entry's name in hub.yaml, for the webhook path. */
  adapter: string
  world: World
  seed: number
  now(): Date
  /** Where to listen on 127.0.0.1. Default 0: any free port. */
  port?: number
  /** Faults that are on from the start. */
  faults?: Partial<FaultSettings>
  /** How much faster than the vendor's own its retries come: 1000 makes 5 s into 5 ms. Default 1000. */
  speed?: number
  log?: SimulatorLog
}

/** A simulator that runs. Each vendor adds its own ways to make things happen. */
export interface Running {
  /** Where it listens: `http://127.0.0.1:…`. Its control routes are under `/simulator/`. */
  url: string
  /** Options of the adapter that are known only now. */
  options: Readonly<Record<string, unknown>>
  faults: Faults
  /** Stops at once: ends connections, and gives up deliveries that are still to be retried. */
  close(): Promise<void>
}

/** Where a simulator says what it did; the hub's own log fits. */
export interface SimulatorLog {
  info(facts: object, phrase: string): void
  warn(facts: object, phrase: string): void
}
