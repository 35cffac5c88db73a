import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Hints } from '@switchboard/core'
import type { Line } from './connection.ts'

type Ear = (text: string | null) => void

/** Hints as plain messages: NATS keeps none, and does not slow down for a hub that hears slowly. */
export function natsHints(line: Line, subject: string): Hints {
  const ears = new Set<Ear>()
  const everybody: Ear = text => ears.forEach(ear => ear(text))
  const state = { isLive: false }
  let hearing: Promise<void> | null = null
  return {
    tell: async text => (await line.get()).publish(subject, text),
    hear: ear => {
      ears.add(ear)
      if (state.isLive) ear(null)
      hearing ??= hear({ line, subject, everybody, state })
      return async () => void ears.delete(ear)
    },
    isLive: () => state.isLive,
  }
}

interface Hearing {
  line: Line
  subject: string
  everybody: Ear
  state: { isLive: boolean }
}

/** Waits for the first connection; from then on the client subscribes again by itself. */
async function hear(hearing: Hearing): Promise<void> {
  const { line, subject, everybody, state } = hearing
  while (!line.isClosed()) {
    const connection = await line.get().catch(() => null)
    if (!connection) {
      await pause(500, undefined, { ref: false })
      continue
    }
    connection.subscribe(subject, { callback: (error, message) => void (error ?? everybody(message.string())) })
    await live(connection, hearing)
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') state.isLive = false
      if (type === 'reconnect') await live(connection, hearing)
    }
    state.isLive = false
  }
}

async function live(connection: NatsConnection, { state, everybody }: Hearing): Promise<void> {
  await connection.flush().catch(() => undefined)
  state.isLive = true
  everybody(null)
}
