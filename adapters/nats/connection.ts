import { messageOf, VendorError, type Log } from '@switchboard/core'
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import { readFile } from 'node:fs/promises'

/** Where NATS is, and who we are there. */
export interface Address {
  url: string
  token?: string | undefined
  user?: string | undefined
  password?: string | undefined
  credentials?: string | undefined
}

/** The one connection of this hub, opened when it is first needed and again by itself whenever it is lost. */
export interface Line {
  /** @throws VendorError while NATS cannot be reached for the first time */
  get(): Promise<NatsConnection>
  isClosed(): boolean
  close(): Promise<void>
}

/** Makes the way to NATS. Nothing is asked yet. */
export function lineTo(address: Address, log: Log): Line {
  let opening: Promise<NatsConnection> | null = null
  let isClosed = false
  const open = async (): Promise<NatsConnection> => {
    try {
      const connection = await connect(await optionsOf(address))
      if (isClosed) await connection.close()
      void watch(connection, log)
      return connection
    } catch (error) {
      opening = null
      throw away(error)
    }
  }
  return {
    get: async () => {
      if (isClosed) throw new VendorError('the connection to NATS is closed', { retryable: true })
      return (opening ??= open())
    },
    isClosed: () => isClosed,
    close: async () => {
      isClosed = true
      const connection = await opening?.catch(() => null)
      await connection?.close()
    },
  }
}

/** What NATS could not do right now. */
export function away(error: unknown): VendorError {
  return new VendorError(`NATS: ${messageOf(error)}`, { cause: error, retryable: true })
}

async function optionsOf({ url, token, user, password, credentials }: Address) {
  return {
    name: 'switchboard',
    servers: url.split(/[\s,]+/).filter(Boolean),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 200,
    pingInterval: 10_000,
    timeout: 5_000,
    ...(token === undefined ? {} : { token }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(await readFile(credentials)) }),
  }
}

async function watch(connection: NatsConnection, log: Log): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') log.warn({ server: connection.getServer() }, 'connection to nats lost')
    if (type === 'reconnect') log.info({ server: connection.getServer() }, 'connected to nats again')
  }
}
