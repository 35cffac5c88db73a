import { Command } from 'commander'
import { HubError, messageOf, OptionError } from '@switchboard/core'
import { checkCommand } from './commands/check.ts'
import { clientCommand } from './commands/client.ts'
import { dryRunCommand } from './commands/dry-run.ts'
import { inboxCommand } from './commands/inbox.ts'
import { jobsCommand } from './commands/jobs.ts'
import { matchCommand } from './commands/match.ts'
import { newCommand } from './commands/new.ts'
import { routingCommand } from './commands/routing.ts'
import { simulateCommand } from './commands/simulate.ts'
import { startCommand } from './commands/start.ts'
import { syncCommand } from './commands/sync.ts'

/** The command line: `npm run hub -- <command>`. */
const program = new Command('hub')
  .description('Switchboard: answers and routes calls, knows who is calling, tells staff in time.')
  .addCommand(startCommand())
  .addCommand(checkCommand())
  .addCommand(clientCommand())
  .addCommand(syncCommand())
  .addCommand(simulateCommand())
  .addCommand(inboxCommand())
  .addCommand(jobsCommand())
  .addCommand(routingCommand())
  .addCommand(matchCommand())
  .addCommand(newCommand())
  .addCommand(dryRunCommand())

try {
  await program.parseAsync()
} catch (error) {
  console.error(explain(error))
  process.exitCode = error instanceof OptionError ? 2 : 1
}

/** What went wrong, for the person at the terminal: every mistake on a line of its own, no stack for what they can mend. */
function explain(error: unknown): string {
  if (error instanceof OptionError && error.issues.length > 1)
    return [`${error.issues.length} settings are wrong; nothing was started.`, ...error.issues.map(lineOf)].join('\n')
  if (error instanceof OptionError) return error.issues.map(lineOf).join('\n').trim()
  if (error instanceof HubError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
}

function lineOf({ path, message }: { path: string; message: string }): string {
  return `  ${path}: ${message}`
}
