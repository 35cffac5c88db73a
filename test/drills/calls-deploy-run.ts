import { execFile } from 'node:child_process'
import { parseArgs } from 'node:util'
import { redeployDrill, type RedeployReport } from './calls-deploy.ts'
import { killCases } from './calls-kill-cases.ts'
import { killDrill, type KillReport } from './calls-kill.ts'

/** Where a drill runs: a migrated database and a folder of its own. */
export interface Ground {
  databaseUrl: string
  dataDir: string
}

/** Whether these arguments ask for a drill of hubs that die or are replaced. */
export function isDeployDrill(args: readonly string[]): boolean {
  const only = args[args.indexOf('--only') + 1]
  return args.includes('--only') && (only === 'kill' || only === 'redeploy')
}

/**
 * `--only kill [--states DialingStaff,Voicemail]`, or `--only redeploy [--times 20] [--calls 150] [--proxy own|haproxy]`. Prints a table.
 * @returns whether nothing was lost
 */
export async function runDeployDrill(args: string[], ground: Ground): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      states: { type: 'string' },
      times: { type: 'string', default: '20' },
      calls: { type: 'string', default: '150' },
      proxy: { type: 'string' },
    },
  })
  const say = (text: string): void => void (text && console.error(text))
  if (values.only === 'kill') return killed(values.states?.split(','), { ...ground, say })
  const proxy = values.proxy === 'own' || !(await hasHaproxy()) ? 'own' : 'haproxy'
  const load = { times: Number(values.times), calls: Number(values.calls) }
  const report = await redeployDrill({ ...ground, ...load, proxy, say })
  console.table([report])
  return isUnnoticed(report)
}

async function killed(states: string[] | undefined, settings: Ground & { say(text: string): void }): Promise<boolean> {
  const cases = killCases.filter(({ state }) => !states || states.includes(state))
  const reports = await killDrill({ ...settings, cases })
  console.table(reports.map(report => ({ ...report, doubled: report.doubled.length })))
  return reports.every(isSurvived)
}

/** Whether a call went on as if nothing had happened. */
export function isSurvived({ isRight, doubled, 'regained after, s': seconds }: KillReport): boolean {
  return isRight && doubled.length === 0 && seconds < 10
}

/** Whether nobody noticed the redeploys. */
export function isUnnoticed(report: RedeployReport): boolean {
  return [report.dropped, report['dialled twice'], report['webhook errors'], report['proxy errors']].every(n => n === 0)
}

function hasHaproxy(): Promise<boolean> {
  return new Promise(resolve => execFile('haproxy', ['-v'], error => resolve(error === null)))
}
