import { route, z, type Hub, type Route } from '@switchboard/core'
import { asyncApi, type AsyncApi } from './asyncapi.ts'
import { protocolPage } from './page.ts'

/** `GET /asyncapi.json` and `GET /docs/gateway`: the protocol for programs and for people. Public, like the HTTP API's. `url` is told when asked. */
export function protocolRoutes(hub: Pick<Hub, 'commands'>, url: () => string): Route[] {
  const document = (): AsyncApi => asyncApi(hub.commands().values(), { url: url(), version })
  return [
    route({
      method: 'GET',
      path: '/asyncapi.json',
      summary: 'The protocol of the gateway, for programs: AsyncAPI 3',
      access: 'public',
      answer: z.record(z.string(), z.unknown()),
      handle: async () => ({ ...document() }),
    }),
    route({
      method: 'GET',
      path: '/docs/gateway',
      summary: 'The protocol of the gateway, to read',
      access: 'public',
      media: 'text/html',
      answer: z.string(),
      handle: async () => protocolPage(document()),
    }),
  ]
}

/** Of the document: that of the protocol. */
const version = '1.0.0'
