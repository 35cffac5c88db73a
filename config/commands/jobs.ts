import { Command } from 'commander'
import { HubError, z } from '@switchboard/core'
import { localApi } from '../api.ts'
import { readEnvironment } from '../env.ts'
import { table } from '../table.ts'

const job = z.object({
  name: z.string(),
  schedule: z.string().nullable(),
  isRunning: z.boolean(),
  nextRunAt: z.string().nullable(),
  lastFinishedAt: z.string().nullable(),
  failReason: z.string().nullable(),
})

/** `hub jobs`: the scheduled chores. */
export function jobsCommand(): Command {
  const jobs = new Command('jobs').description('look at scheduled chores, and run one now')
  jobs
    .command('list')
    .description('every chore, with its last and next run')
    .action(async () => {
      const { jobs } = await (await api()).ask('GET', '/api/jobs', z.object({ jobs: z.array(job) }))
      const rows = jobs.map(({ name, schedule, isRunning, nextRunAt, lastFinishedAt, failReason }) => [
        name,
        schedule ?? 'by hand',
        isRunning ? 'running' : (nextRunAt ?? ''),
        lastFinishedAt ?? 'never',
        failReason ?? '',
      ])
      console.log(table(['job', 'every', 'next', 'last finished', 'last error'], rows))
    })
  jobs
    .command('run <name>')
    .description('run a chore now')
    .option('--data <json>', 'what to tell it, such as \'{"full":true}\' for ClientSync to match everybody anew')
    .action(async (name: string, { data }: { data?: string }) => {
      const path = `/api/jobs/${encodeURIComponent(name)}/run`
      await (await api()).ask('POST', path, z.object({ name: z.string() }), { data: dataOf(data) })
      console.log(`${name} will run in a moment`)
    })
  return jobs
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
