import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A phone vendor that does whatever it is told and remembers nothing: what is measured is the hub. */
export interface StubVendor {
  url: string
  /** How many commands it was given. */
  commands(): number
  close(): Promise<void>
}

/** Opens one on loopback. It speaks as much of the vendor's REST API as calls need. */
export async function openStubVendor(): Promise<StubVendor> {
  let commands = 0
  const server = createServer((asked, answer) => {
    asked.resume()
    asked.once('end', () => {
      const { method, url = '' } = asked
      if (method === 'POST') commands += 1
      const isList = method === 'GET' && url.includes('/Conferences')
      const body = isList ? { conferences: [], participants: [] } : { ...leg(commands), status: 'in-progress' }
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>(open => server.listen(0, '127.0.0.1', open))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands: () => commands,
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

function leg(number: number): { sid: string; call_sid: string } {
  const sid = `CA${String(number).padStart(32, 'e')}`
  return { sid, call_sid: sid }
}
