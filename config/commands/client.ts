import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { HubError } from '@switchboard/core'
import { connectGateway, GatewayError, signIn, ticketFrom } from '@switchboard/gateway/client'
import { readAddress } from '../address.ts'
import { readEnvironment } from '../env.ts'
import { runTerminal } from '../terminal.ts'

interface ClientOptions {
  as: string
  password?: string
  url?: string
}

/** `hub client`: a phone client in the terminal, over the same gateway as every other. */
export function clientCommand(): Command {
  return new Command('client')
    .description('a phone client in the terminal: shows who is calling, answers, declines, hangs up')
    .option('--as <email>', 'whose phone it is', 'alex@demo.example')
    .option('--password <password>', 'default: the one this machine made at the first start, else it is asked for')
    .option('--url <url>', 'the hub (default: the one that runs on this machine)')
    .action(async (options: ClientOptions) => {
      const environment = readEnvironment()
      const { DATA_DIR } = environment.settings
      const url = options.url ?? (await readAddress(DATA_DIR)).url
      const password =
        options.password ??
        (await localPassword(DATA_DIR, environment.settings.HUB_ADMIN_PASSWORD)) ??
        (await askFor(options.as))
      // A wrong password is told here, once, instead of being retried for ever.
      const session = await signIn({ url, email: options.as, password }).catch((error: unknown) => {
        throw error instanceof GatewayError ? new HubError('unauthenticated', error.message) : error
      })
      const client = connectGateway({ ticket: ticketFrom({ url, ...session }) })
      await runTerminal({ client, input: process.stdin, output: process.stdout, isPlain: environment.isPlain })
    })
}

async function localPassword(dataDir: string, set: string | undefined): Promise<string | null> {
  if (set) return set
  return readFile(join(dataDir, 'admin-password'), 'utf8').then(
    text => text.trim(),
    () => null,
  )
}

async function askFor(email: string): Promise<string> {
  if (!process.stdin.isTTY) throw new HubError('unauthenticated', `say the password of ${email} with --password`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(`Password of ${email}: `)
  } finally {
    terminal.close()
  }
}
