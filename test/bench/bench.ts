import { availableParallelism, totalmem } from 'node:os'
import { BenchError } from './match-bench.ts'
import { gatewayBench } from './gateway.ts'
import { callsBench } from './calls.ts'
import { choresBench } from './chores.ts'
import { markdown } from './match-table.ts'
import { matchBench } from './match.ts'
import { ringBench } from './ring.ts'
import { syncBench } from './sync.ts'
import { webhookBench } from './webhook.ts'

const benches: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  webhook: async () => console.table(await webhookBench()),
  ring: async () => console.table(await ringBench()),
  calls: args => callsBench(args, (title, rows) => console.log(`\n### ${title}\n\n${markdown(rows)}`)),
  chores: args => choresBench(args, (title, rows) => console.log(`\n### ${title}\n\n${markdown(rows)}`)),
  sync: async () => console.table(await syncBench()),
  gateway: args => gatewayBench(args, (title, rows) => console.log(`\n### ${title}\n\n${markdown(rows)}`)),
  match: args =>
    matchBench(args, {
      show: (title, rows) => console.log(`\n### ${title}\n\n${markdown(rows)}`),
      say: text => console.error(text),
    }),
}

const name = process.argv[2] ?? ''
const bench = benches[name]
if (bench) {
  console.log(
    `${name} · Node ${process.version} · ${availableParallelism()} cores · ${Math.round(totalmem() / 2 ** 30)} GiB`,
  )
  try {
    await bench(process.argv.slice(3))
  } catch (error) {
    if (!isMistake(error)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
} else {
  console.error(`npm run bench -- <name>, of ${Object.keys(benches).join(', ')}`)
  process.exitCode = 2
}

/** Whether whoever typed the command is to be told, and not shown where the code stands. */
function isMistake(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return error instanceof BenchError || code.startsWith('ERR_PARSE_ARGS')
}
