import { availableParallelism, totalmem } from 'node:os'
import { markdown } from './match-table.ts'
import { matchBench } from './match.ts'
import { ringBench } from './ring.ts'
import { syncBench } from './sync.ts'
import { webhookBench } from './webhook.ts'

const benches: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  webhook: async () => console.table(await webhookBench()),
  ring: async () => console.table(await ringBench()),
  sync: async () => console.table(await syncBench()),
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
  await bench(process.argv.slice(3))
} else {
  console.error(`npm run bench -- <name>, of ${Object.keys(benches).join(', ')}`)
  process.exitCode = 2
}
