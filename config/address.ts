import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError, z } from '@switchboard/core'

/** Where a running hub can be found, left in DATA_DIR for the other commands of the same machine. */
const address = z.object({
  url: z.url(),
  pid: z.int(),
  /** The simulated vendors' addresses, by entry. */
  simulators: z.record(z.string(), z.url()),
})

export type Address = z.output<typeof address>

/** The file that holds the address. */
export function addressPath(dataDir: string): string {
  return join(dataDir, 'hub.json')
}

/** @throws HubError unavailable when no hub runs from this DATA_DIR */
export async function readAddress(dataDir: string): Promise<Address> {
  try {
    return address.parse(JSON.parse(await readFile(addressPath(dataDir), 'utf8')))
  } catch (cause) {
    throw new HubError('unavailable', `no hub runs from ${dataDir}: start one with \`npm start\`, or set DATA_DIR`, {
      cause,
    })
  }
}
