import type { Person, Role } from '@switchboard/core'
import type { OpenStore } from '@switchboard/core/store'
import type { Test } from 'tap'
import { reference } from '../engine/models/reference.ts'
import { order, started } from '../test-hub.ts'

/** An answer of the API, as far as tests look. */
export interface Answered {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look wherever they like
  json: any
  text: string
  type: string
}

/** A hub whose shop gets orders by number, and ways to ask it. By fixed weights, unless told otherwise: what is decided does not hang on what was learned. */
export async function deciding(t: Test, options: object = { model: reference }) {
  const { hub, shop, heard, databaseUrl } = await started(t, { options })
  const ask = async (method: string, path: string, how: Asked = {}): Promise<Answered> => {
    const { body, role = 'manager', headers = {} } = how
    const answer = await fetch(`${hub.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${role}`, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    const type = answer.headers.get('content-type') ?? ''
    return { status: answer.status, json: type.includes('json') ? JSON.parse(text) : null, text, type }
  }
  /** Orders come in, and are matched. */
  const orders = async (people: Record<string, Partial<Person>>): Promise<void> => {
    shop.push(...Object.entries(people).map(([number, person]) => order(number, person)))
    await hub.runJob('ClientSync')
  }
  /** Whose each order is. */
  const owners = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await ownerRows(hub.store)).map(({ number, id }) => [number, id]))
  return {
    ...{ hub, heard, databaseUrl, orders, owners },
    get: (path: string, role: Role = 'manager') => ask('GET', path, { role }),
    post: (path: string, body?: object, how: Asked = {}) => ask('POST', path, { ...how, ...(body ? { body } : {}) }),
  }
}

interface Asked {
  body?: object
  role?: Role
  headers?: Readonly<Record<string, string>>
}

function ownerRows(store: OpenStore): Promise<{ number: string; id: string }[]> {
  return store.read(
    tx => tx.sql<{ number: string; id: string }>`
      select r.external_id as number, m.profile_id::text as id from profile_member m join candidate c on c.id = m.candidate_id
        join source_record r on r.id = c.record_id order by r.external_id`,
  )
}

/** Everything that says who is who, as Postgres writes it. */
export async function profileRows(store: OpenStore): Promise<string[]> {
  const rows = await store.read(
    tx => tx.sql<{ row: string }>`
      select 'profile ' || p::text as row from profile p
      union all select 'member ' || m::text from profile_member m
      union all select 'edge ' || e::text from profile_edge e
      union all select 'relation ' || r::text from profile_relation r order by 1`,
  )
  return rows.map(({ row }) => row)
}

/** Everything that a decision may write. */
export async function allRows(store: OpenStore): Promise<string[]> {
  const rows = await store.read(
    tx => tx.sql<{ row: string }>`
      select 'history ' || h::text as row from profile_history h
      union all select 'decision ' || d::text from decision d union all select 'side ' || s::text from decision_side s
      union all select 'review ' || r::text from review r union all select 'audit ' || a::text from audit a
      union all select 'outbox ' || o.topic || o.data::text from outbox o
      union all select 'dirty ' || record_id from source_dirty order by 1`,
  )
  return [...(await profileRows(store)), ...rows.map(({ row }) => row)]
}
