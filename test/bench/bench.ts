import { availableParallelism, totalmem } from 'node:os'
import { ringBench } from './ring.ts'
import { syncBench } from './sync.ts'
import { webhookBench } from './webhook.ts'

const benches: Readonly<Record<string, () => Promise<object[]>>> = {
  webhook: webhookBench,
  ring: ringBench,
  sync: syncBench,
}

const name = process.argv[2] ?? ''
const bench = benches[name]
if (bench) {
  console.log(
    `${name} · Node ${process.version} · ${availableParallelism()} cores · ${Math.round(totalmem() / 2 ** 30)} GiB`,
  )
  console.table(await bench())
} else {
  console.error(`npm run bench -- <name>, of ${Object.keys(benches).join(', ')}`)
  process.exitCode = 2
}
