import type { Test } from 'tap'
import { definePlugin, newId, z, type Roster, type Staff, type Tx } from '@switchboard/core'
import { silentLog, startHub, type RunningHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import { access } from './access.ts'

/** A hub with access switched on, for this package's tests. */
export interface TestHub {
  hub: RunningHub
  dataDir: string
  databaseUrl: string
  /** The hub's time, which a test moves. */
  clock: { now: Date }
  /** Sends a request and reads the answer. */
  ask(method: string, path: string, options?: { bearer?: string; body?: object }): Promise<Answer>
}

/** An answer of the API. */
export interface Answer {
  status: number
  body: { [field: string]: unknown }
}

/** The password that the first admin of these hubs has. */
export const adminPassword = 'correct horse battery'

/** Starts a hub on a database of its own, or on that of another. */
export async function startTestHub(
  t: Test,
  options: object = { adminPassword },
  { databaseUrl, dataDir }: { databaseUrl?: string; dataDir?: string } = {},
): Promise<TestHub> {
  const url = databaseUrl ?? (await testDatabase(t)).url
  const directory = dataDir ?? t.testdir()
  const clock = { now: new Date() }
  const hub = await startHub({
    adapters: {},
    plugins: { people: { use: people }, access: { use: access, options } },
    databaseUrl: url,
    dataDir: directory,
    log: silentLog(),
    now: () => clock.now,
  })
  t.teardown(() => hub.close())
  return { hub, dataDir: directory, databaseUrl: url, clock, ask: asker(hub.url) }
}

function asker(url: string): TestHub['ask'] {
  return async (method, path, { bearer, body } = {}) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (bearer) headers.authorization = `Bearer ${bearer}`
    const answer = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await answer.text()
    return { status: answer.status, body: text ? (JSON.parse(text) as Answer['body']) : {} }
  }
}

/** Finds and adds people, and nothing else: the part of a roster that signing in needs. */
const people = definePlugin({
  name: 'people',
  options: z.object({}),
  provides: ['roster'],
  setup: hub => ({ ports: { roster: { find, enrol: enrolAt(() => hub.now()) } as Partial<Roster> as Roster } }),
})

const find: Roster['find'] = async (tx, who) => {
  const [id, email] = 'id' in who ? [who.id, null] : [null, who.email.trim().toLowerCase()]
  const [person] = await tx.sql<Staff>`
    select id, email, name, role, is_active as "isActive" from staff where id = ${id} or email = ${email}`
  return person ?? null
}

function enrolAt(now: () => Date): Roster['enrol'] {
  return async (tx: Tx, { email, name, role }) => {
    await tx.sql`insert into staff (id, email, name, role, created_at, updated_at)
      values (${newId()}, ${email.trim().toLowerCase()}, ${name}, ${role}, ${now()}, ${now()})
      on conflict (email) do update set name = excluded.name, role = excluded.role`
    return (await find(tx, { email })) as Staff
  }
}
