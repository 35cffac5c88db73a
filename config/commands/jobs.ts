import { Command } from 'commander'
import { HubError, z } from '@switchboard/core'
import { localApi } from '../api.ts'
import { readEnvironment } from '../env.ts'
import { historyTable, jobList, jobsTable, runList } from '../jobs-table.ts'

interface JsonOption {
  json?: boolean
}

const named = z.object({ name: z.string() })
const asJson = ['--json', 'print what the hub answers, as JSON'] as const

/** `hub jobs`: the scheduled jobs of the running hub. */
export function jobsCommand(): Command {
  const jobs = new Command('jobs').description('look at scheduled jobs, run one now, pause and resume its schedule')
  jobs
    .command('list')
    .description('every job: its schedule, its last and next run, what is wrong with it')
    .option(...asJson)
    .action(list)
  jobs
    .command('run <name>')
    .description('run a job now, also one that is off or paused')
    .option('--data <json>', 'what to tell it, such as \'{"full":true}\' for ClientSync to match everybody anew')
    .action(async (name: string, { data }: { data?: string }) => {
      await tell(name, 'run', { data: dataOf(data) })
      console.log(`${name} will run in a moment`)
    })
  jobs
    .command('pause <name>')
    .description('pause the schedule of a job, in every hub; it can still be run by hand')
    .option('--because <text>', 'why, for the others')
    .action(async (name: string, { because }: { because?: string }) => {
      await tell(name, 'pause', because === undefined ? {} : { because })
      console.log(`${name} is paused; let it go on with: hub jobs resume ${name}`)
    })
  jobs
    .command('resume <name>')
    .description('let the schedule of a paused job go on')
    .action(async (name: string) => {
      await tell(name, 'resume', {})
      console.log(`${name} goes on by its schedule`)
    })
  jobs
    .command('history <name>')
    .description('the last runs of a job, newest first')
    .option('--limit <number>', 'how many at the most', '20')
    .option(...asJson)
    .action(history)
  return jobs
}

async function list({ json }: JsonOption): Promise<void> {
  const answer = await api().then(api => api.ask('GET', '/api/jobs', jobList))
  console.log(json ? JSON.stringify(answer, null, 2) : jobsTable(answer.jobs, new Date()))
}

async function history(name: string, { limit, json }: JsonOption & { limit: string }): Promise<void> {
  const query = new URLSearchParams({ limit })
  const answer = await api().then(api => api.ask('GET', `${pathOf(name)}/history?${query}`, runList))
  console.log(json ? JSON.stringify(answer, null, 2) : historyTable(answer.items, new Date()))
}

async function tell(name: string, what: 'run' | 'pause' | 'resume', body: object): Promise<void> {
  await api().then(api => api.ask('POST', `${pathOf(name)}/${what}`, named, body))
}

function pathOf(name: string): string {
  return `/api/jobs/${encodeURIComponent(name)}`
}

function dataOf(text = '{}'): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HubError('bad_request', `--data is not JSON: ${text}`, { cause })
  }
}

function api() {
  return localApi(readEnvironment().settings.DATA_DIR)
}
