import pg from 'pg'
import { agenda } from '@switchboard/agenda'
import { definePlugin, z } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import type { TableRow } from './match-table.ts'

/** Jobs of as many names, each due at once and run once, beside the query that claims a row in a table of its own. */
export async function jobsBench(settings: { databaseUrl: string; dataDir: string; jobs: number }): Promise<TableRow[]> {
  const { databaseUrl, jobs } = settings
  const bare = await bareClaims(databaseUrl, jobs)
  const ours = await agendaRuns(settings)
  return [
    { what: 'claim a row, finish it', jobs, 'a second': Math.round(bare), 'of bare': 1 },
    { what: 'Agenda', jobs, 'a second': Math.round(ours), 'of bare': ours / bare },
  ]
}

async function agendaRuns({
  databaseUrl,
  dataDir,
  jobs,
}: {
  databaseUrl: string
  dataDir: string
  jobs: number
}): Promise<number> {
  let ran = 0
  let over = (): void => undefined
  const isOver = new Promise<void>(resolve => (over = resolve))
  const many = definePlugin({
    ...{ name: 'many', options: z.object({}) },
    setup: () => ({
      jobs: Array.from({ length: jobs }, (_, n) => ({
        ...{ name: `bench.${n}`, schedule: null },
        handle: async () => {
          ran += 1
          if (ran === jobs) over()
          return {}
        },
      })),
    }),
  })
  const hub = await startHub({
    adapters: { agenda: { use: agenda, options: {} } },
    plugins: { many: { use: many } },
    ...{ databaseUrl, dataDir, log: silentLog() },
  })
  try {
    const port = hub.port('jobs')
    const at = new Date(Date.now() + 100 + 10 * jobs)
    for (let n = 0; n < jobs; n++) await port?.soon(`bench.${n}`, {}, { key: 'bench', at })
    const startsAt = performance.now() + Math.max(0, at.getTime() - Date.now())
    await isOver
    return (jobs / (performance.now() - startsAt)) * 1000
  } finally {
    await hub.close()
  }
}

async function bareClaims(databaseUrl: string, jobs: number): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      'create table bench_job (id int primary key, due_at timestamptz not null, locked_at timestamptz, done_at timestamptz)',
    )
    await client.query('insert into bench_job (id, due_at) select n, now() from generate_series(1, $1::int) as n', [
      jobs,
    ])
    const startedAt = performance.now()
    for (let done = 0; done < jobs; done++) {
      const { rows } = await client.query<{ id: number }>(
        `update bench_job set locked_at = now() where id = (select id from bench_job
          where done_at is null and locked_at is null and due_at <= now() order by due_at limit 1 for update skip locked) returning id`,
      )
      await client.query('update bench_job set done_at = now() where id = $1', [rows[0]?.id])
    }
    return (jobs / (performance.now() - startedAt)) * 1000
  } finally {
    await client.end()
  }
}
