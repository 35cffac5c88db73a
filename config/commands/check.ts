import { Command } from 'commander'
import { describeJobs, describeParts, silentLog } from '@switchboard/core/hub'
import { readEnvironment } from '../env.ts'
import { healthTable, isAiling, readHealth } from '../health.ts'
import { switchesOf } from '../jobs.ts'
import { checkedConfig } from '../start.ts'
import { withSimulated } from '../simulators.ts'
import { table } from '../table.ts'

interface CheckOptions {
  json?: boolean
  strict?: boolean
}

/** `hub check`: what is on, what is off, and what each switch takes with it; and how the sources are, when a hub runs. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'check the configuration: what is on, what is off, what each switch takes with it; which jobs run; and how the sources are',
    )
    .option(
      '--json',
      'print it as JSON: {"parts": […], "jobs": […], "sources": […]}; sources is null while no hub runs',
    )
    .option('--strict', 'end with 1 when a source of the running hub cannot be read, is silent, or has an alert')
    .action(check)
}

async function check({ json, strict }: CheckOptions): Promise<void> {
  const environment = readEnvironment()
  const config = checkedConfig(environment)
  const all = withSimulated(config.parts, config.simulated)
  const parts = describeParts(all, silentLog())
  const jobs = describeJobs(all, silentLog(), switchesOf(environment, config))
  const { sources, because } = await readHealth(environment.settings.DATA_DIR)
  if (json) console.log(JSON.stringify({ parts, jobs, sources }, null, 2))
  else {
    const health = sources ? healthTable(sources, new Date()) : `How the sources are is not known: ${because}.`
    console.log([partsTable(parts, config.simulated), jobsTable(jobs), health].join('\n\n'))
  }
  if (strict && sources?.some(isAiling)) process.exitCode = 1
}

function partsTable(parts: ReturnType<typeof describeParts>, simulated: ReadonlyMap<string, string>): string {
  const rows = parts.flatMap(({ name, kind, state, because, takesWithIt }) => {
    const [first = '', ...rest] = takesWithIt
    const note = because ?? (kind === 'adapter' && simulated.has(name) ? 'simulated vendor' : '')
    return [[kind, name, state, note, first], ...rest.map(taken => ['', '', '', '', taken])]
  })
  return table(['kind', 'part', 'state', 'because', 'switching it off takes with it'], rows)
}

function jobsTable(jobs: ReturnType<typeof describeJobs>): string {
  const state = (isOn: boolean): string => (isOn ? 'on' : 'off')
  const rows = jobs.map(job => [job.name, job.part, job.schedule ?? 'by hand', state(job.isOn), job.because])
  return table(['job', 'part', 'every', 'state', 'because'], rows)
}
