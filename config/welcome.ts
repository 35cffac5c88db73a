import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from '@switchboard/core'
import { localApi } from './api.ts'
import type { Environment } from './env.ts'
import type { Switchboard } from './start.ts'

/** Where everything is, for programs: printed by `hub start --json`. */
export interface Addresses {
  url: string
  /** Null while nobody serves the gateway. */
  gatewayUrl: string | null
  publicUrl: string
  simulators: Record<string, string>
}

/** Where a hub and its surroundings can be reached. */
export async function addressesOf(
  { hub, simulated, dataDir }: Switchboard,
  { settings }: Environment,
): Promise<Addresses> {
  const simulators = Object.fromEntries([...(simulated?.running ?? [])].map(([name, { url }]) => [name, url]))
  return {
    url: hub.url,
    gatewayUrl: await gatewayUrlOf(dataDir, settings.HUB_ADMIN_EMAIL),
    publicUrl: hub.publicUrl,
    simulators,
  }
}

async function gatewayUrlOf(dataDir: string, staff: string): Promise<string | null> {
  try {
    const api = await localApi(dataDir)
    return (await api.ask('POST', '/api/gateway/ticket', z.object({ url: z.string() }), { staff })).url
  } catch {
    return null
  }
}

/** What a newcomer reads first: the addresses, the password (the first time), and what to try next. */
export async function welcome(switchboard: Switchboard, environment: Environment): Promise<string> {
  const { url, gatewayUrl } = await addressesOf(switchboard, environment)
  const { settings } = environment
  const lines = ['', '  Switchboard is up.', '', `  API       ${url}   (reference: ${url}/docs)`]
  if (gatewayUrl) lines.push(`  Gateway   ${gatewayUrl}`)
  if (switchboard.isFirstStart)
    lines.push('', `  Admin     ${settings.HUB_ADMIN_EMAIL}   password: ${passwordOf(resolve(settings.DATA_DIR))}`)
  if (switchboard.simulated)
    lines.push(
      '',
      '  The vendors are simulated, with made-up people. In two more terminals:',
      '',
      '    npm run hub -- client          a phone client: sign in as one of the demo staff',
      '    npm run hub -- simulate call   a customer rings; also: order, booking, appointment, message',
      '    npm run hub -- check           how each vendor is read',
    )
  return [...lines, ''].join('\n')
}

function passwordOf(dataDir: string): string {
  const path = join(dataDir, 'admin-password')
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : 'the one in HUB_ADMIN_PASSWORD'
}
