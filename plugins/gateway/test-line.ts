import type { Test } from 'tap'
import { connectGateway, type ClientEvents, type ClientSettings, type GatewayClient } from './client.ts'
import type { TestGateway } from './test-hub.ts'
import { openProxy } from './test-proxy.ts'

/** The next time a client tells something. */
export function next<Name extends keyof ClientEvents>(client: GatewayClient, name: Name): Promise<ClientEvents[Name]> {
  return new Promise(resolve => {
    const end = client.on(name, data => {
      end()
      resolve(data)
    })
  })
}

/** A client of Sam's over a line that can be cut, with the calls it heard of. `settings`: other than those that have it come back soon. */
export async function samOnALine(t: Test, gateway: () => TestGateway, settings: Partial<ClientSettings> = {}) {
  const proxy = await openProxy()
  const client = connectGateway({
    ticket: async () => {
      const { ticket, url } = await gateway().ticket(gateway().staff.sam.id)
      return { ticket, url: proxy.through(url) }
    },
    random: () => 0.1,
    ...settings,
  })
  t.teardown(async () => {
    client.close()
    await proxy.close()
  })
  const heard: string[] = []
  client.on('call.state', ({ callId }) => heard.push(callId))
  await next(client, 'welcome')
  return { proxy, client, heard }
}
