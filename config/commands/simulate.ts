import { Command } from 'commander'
import { OptionError } from '@switchboard/core'
import { readEnvironment } from '../env.ts'
import { makeHappen, tell } from '../simulate-event.ts'
import { simulators } from '../simulators.ts'
import { vendorCommand } from './simulate-vendor.ts'

/** `hub simulate`: makes things happen at the simulated vendors of a running hub, or runs one vendor alone. */
export function simulateCommand(): Command {
  const simulate = new Command('simulate').description(
    'make something happen at a simulated vendor, or run a simulated vendor alone',
  )
  simulate.commandsGroup('Make something happen:')
  simulate.addCommand(callCommand())
  simulate.addCommand(messageCommand())
  simulate.addCommand(rowCommand({ what: 'order', source: 'shopify', does: 'somebody orders in the shop' }))
  simulate.addCommand(rowCommand({ what: 'booking', source: 'simplybookme', does: 'somebody books a service' }))
  simulate.addCommand(rowCommand({ what: 'appointment', source: 'appointjet', does: 'somebody makes an appointment' }))
  simulate.commandsGroup('Run a vendor alone:')
  for (const vendor of Object.keys(simulators).toSorted()) simulate.addCommand(vendorCommand(vendor))
  return simulate
}

interface Happening {
  source: string
  url?: string
}

function happening(what: string, source: string): Command {
  return new Command(what)
    .option('--source <entry>', 'at which vendor, by its entry in hub.yaml', source)
    .option('--url <url>', 'at a simulator that runs alone (default: the one of the running hub)')
}

function callCommand(): Command {
  return happening('call', 'twilio')
    .description('a customer rings')
    .option('--from <phone>', 'who rings (default: a customer of the demo shop)')
    .option('--hang-up-after <seconds>', 'how long they stay', '60')
    .action(async ({ from, hangUpAfter, ...at }: Happening & { from?: string; hangUpAfter: string }) => {
      const seconds = Number(hangUpAfter)
      if (hangUpAfter.trim() === '' || !(seconds >= 0)) throw wrong('--hang-up-after', `"${hangUpAfter}" is no number`)
      const body = { from, hangUpAfterMs: seconds * 1000 }
      const { callSid } = await makeHappen(dataDir(), { what: 'call', path: '/simulator/calls', body, ...at })
      console.log(`ringing (${String(callSid)}); a phone client shows who it is: npm run hub -- client`)
    })
}

function messageCommand(): Command {
  return happening('message', 'twilio')
    .description('a customer writes (--source front: by email)')
    .option('--from <who>', 'whose phone, or email at Front (default: a customer of the demo shop)')
    .option('--text <text>', 'what they write')
    .action(async ({ from, text, ...at }: Happening & { from?: string; text?: string }) => {
      // What Front calls text is the body to Twilio.
      const event = { what: 'message', path: '/simulator/messages', body: { from, text, body: text }, ...at }
      console.log(`${tell(event, await makeHappen(dataDir(), event))}\nlook: npm run hub -- inbox list`)
    })
}

interface Wish {
  firstName?: string
  lastName?: string
  email?: string
  phone?: string
  id?: string
  deleted?: boolean
}

type RowOptions = Happening & Wish

function rowCommand({ what, source, does }: { what: string; source: string; does: string }): Command {
  return happening(what, source)
    .description(does)
    .option('--first-name <name>', 'who it is (default: a customer of the demo shop)')
    .option('--last-name <name>')
    .option('--email <email>')
    .option('--phone <phone>', 'as somebody might write it')
    .option('--id <id>', `change this ${what} instead of making one`)
    .option('--deleted', `delete the ${what} that --id names`)
    .action(async ({ source, url, ...wish }: RowOptions) => {
      if (wish.deleted && wish.id === undefined) throw wrong('--deleted', `say which ${what} with --id`)
      // Some vendors have one field for the whole name.
      const name = [wish.firstName, wish.lastName].filter(Boolean).join(' ')
      const event = { what, source, url, path: `/simulator/${what}s`, body: { ...wish, ...(name && { name }) } }
      console.log(`${tell(event, await makeHappen(dataDir(), event))}\n${whereToLook(wish)}`)
    })
}

function whereToLook({ firstName, lastName, email, phone, id }: Wish): string {
  const inbox = 'look: npm run hub -- inbox list'
  if (phone) return `${inbox}\nring as them: npm run hub -- simulate call --from "${phone}"`
  return firstName || lastName || email || id ? inbox : `${inbox}\nring as them: npm run hub -- simulate call`
}

function dataDir(): string {
  return readEnvironment().settings.DATA_DIR
}

function wrong(path: string, message: string): OptionError {
  return new OptionError([{ path, message }])
}
