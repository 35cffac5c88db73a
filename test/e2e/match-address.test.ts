import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { password, startHubProcess, type HubProcess } from './hub-process.ts'
import { ask, signIn } from './phone.ts'

interface Person {
  name: string
  email?: string
  phones?: string[]
  address?: object
}

interface Profiles {
  items: { id: string }[]
}

const flat = { city: 'Newtown', region: 'NSW', postcode: '2042', country: 'AU' }
/** One customer, who left an email once and a phone another time; nothing but her name and her door is the same. */
const mara: Person[] = [
  { name: 'Mara Quill', email: 'mara@example.com', address: { ...flat, street: '3/12 High St' } },
  { name: 'Quill, Mara', phones: ['0491 570 157'], address: { ...flat, street: 'Unit 3, 12 High Street' } },
]
/** Another of her name, and a couple behind one door, who each left something else. */
const others: Person[] = [
  {
    name: 'Mara Quill',
    email: 'quill@example.net',
    address: { ...flat, street: '9 Mill Rd', city: 'Hobart', postcode: '7000' },
  },
  { name: 'Marco Tamm', email: 'marco@example.com', address: { ...flat, street: '8 Station St' } },
  { name: 'Mia Tamm', phones: ['0491 570 158'], address: { ...flat, street: '8 Station Street' } },
]

t.test('where people live makes one of two who are one, and leaves a couple two', { timeout: 110_000 }, async t => {
  const url = await salesTool(t, [...mara, ...others])
  const dataDir = t.testdir()
  const start = async (isOn: boolean): Promise<{ hub: HubProcess; token: string }> => {
    const config = join(dataDir, 'hub.yaml')
    await writeFile(config, hubYaml(url, isOn))
    const hub = await startHubProcess({ DATA_DIR: dataDir, HUB_CONFIG: config })
    t.teardown(() => hub.end('SIGKILL'))
    return { hub, token: await signIn(hub.url, 'admin@localhost', password) }
  }

  await t.test('without the plugin all are as many as their emails and phones', async t => {
    const { hub, token } = await start(false)
    await ask(hub.url, '/api/jobs/ClientSync/run', token, {})
    await until(async () => (await named(hub, token, 'Tamm')) === 2)
    t.equal(await named(hub, token, 'Quill'), 3)
    t.equal(await hub.end('SIGTERM'), 0)
  })

  await t.test('switched on, it brings together who has one name and one door, and nobody else', async t => {
    const { hub, token } = await start(true)
    await until(async () => (await named(hub, token, 'Quill')) < 3)
    t.equal(await named(hub, token, 'Quill'), 2, 'her namesake in another town stays who she is')
    t.equal(await named(hub, token, 'Tamm'), 2)
    t.match(await reasonFor(hub, token, 'mara@example.com'), { level: 'equal' }, 'and says so')
    t.equal(await hub.end('SIGTERM'), 0)
  })
})

/** How many profiles a search finds. */
async function named(hub: HubProcess, token: string, name: string): Promise<number> {
  return (await ask<Profiles>(hub.url, `/api/profiles?q=${name}`, token)).items.length
}

interface Why {
  links: { waterfall: { field: string; level: string }[] }[]
}

/** What the address says in the one link of whoever has that email. */
async function reasonFor(
  hub: HubProcess,
  token: string,
  email: string,
): Promise<Why['links'][0]['waterfall'][0] | undefined> {
  const { items } = await ask<Profiles>(hub.url, `/api/profiles?email=${email}`, token)
  const { links } = await ask<Why>(hub.url, `/api/profiles/${items[0]?.id}/why`, token)
  return links[0]?.waterfall.find(({ field }) => field === 'address')
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(100)
}

/** A sales tool of a stranger's making, by Hub Source Contract v1: an order for each. */
async function salesTool(t: { teardown(end: () => unknown): void }, people: Person[]): Promise<string> {
  const data = people.map((customer, at) => ({
    ...{ id: `ord_${at}`, version: 1, status: 'confirmed', ordered_at: '2026-11-01', customer },
    updated_at: `2026-11-01T0${at}:00:00Z`,
  }))
  const server = createServer((request, response) => {
    const isHealth = request.url?.startsWith('/v1/health')
    const answer = isHealth
      ? { status: 'ok', now: new Date().toISOString() }
      : { data, next_cursor: null, has_more: false }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  t.teardown(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** JSON is YAML too. */
function hubYaml(url: string, isOn: boolean): string {
  return JSON.stringify({
    adapters: { salestools: { url, token: 'any', webhookSecrets: ['whsec_YQ=='] }, agenda: {} },
    plugins: {
      access: { adminPassword: '${HUB_ADMIN_PASSWORD}' },
      staff: {},
      identity: {},
      'match-address': { on: isOn },
    },
  })
}
