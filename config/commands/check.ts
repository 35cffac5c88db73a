import { Command } from 'commander'
import { describeParts, silentLog } from '@switchboard/core/hub'
import { readEnvironment } from '../env.ts'
import { checkedConfig } from '../start.ts'
import { withSimulated } from '../simulators.ts'
import { table } from '../table.ts'

/** `hub check`: what is on, what is off, and what each switch takes with it. Starts nothing. */
export function checkCommand(): Command {
  return new Command('check')
    .description('check the configuration: what is on, what is off, what each switch takes with it')
    .option('--json', 'print it as JSON')
    .action(({ json }: { json?: boolean }) => {
      const environment = readEnvironment()
      const config = checkedConfig(environment)
      const parts = describeParts(withSimulated(config.parts, config.simulated), silentLog())
      if (json) console.log(JSON.stringify(parts, null, 2))
      else console.log(partsTable(parts, config.simulated))
    })
}

function partsTable(parts: ReturnType<typeof describeParts>, simulated: ReadonlyMap<string, string>): string {
  const rows = parts.flatMap(({ name, kind, state, because, takesWithIt }) => {
    const [first = '', ...rest] = takesWithIt
    const note = because ?? (kind === 'adapter' && simulated.has(name) ? 'simulated vendor' : '')
    return [[kind, name, state, note, first], ...rest.map(taken => ['', '', '', '', taken])]
  })
  return table(['kind', 'part', 'state', 'because', 'switching it off takes with it'], rows)
}
