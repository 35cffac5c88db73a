import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashDuring, type CrashReport, type Moment } from './ring-crash.ts'

const drills: Readonly<Record<string, () => Promise<object[]>>> = { 'ring-crash': ringCrash }

/** Kills the hub with -9 during calls, three times at each moment. */
async function ringCrash(): Promise<CrashReport[]> {
  const moments: Moment[] = ['ringing', 'talking', 'ringing', 'talking', 'ringing', 'talking']
  const reports: CrashReport[] = []
  for (const moment of moments) {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-drill-'))
    try {
      reports.push(await crashDuring(moment, dataDir))
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  }
  return reports
}

const name = process.argv[2] ?? ''
const drill = drills[name]
if (drill) console.table(await drill())
else {
  console.error(`npm run drill -- <name>, of ${Object.keys(drills).join(', ')}`)
  process.exitCode = 2
}
