import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { definePlugin, z, type Hub, type Role } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { hours } from './hours.ts'

const week = { monday: '09:00-17:00', tuesday: '09:00-17:00' }
const monday = new Date('2026-11-23T01:00:00Z')

async function started(t: Test, options: object) {
  const { url: databaseUrl } = await testDatabase(t)
  const alerts = new Map<string, string>()
  const inside: { hub?: Hub } = {}
  const door = definePlugin({
    ...{ name: 'door', options: z.object({}), provides: ['auth', 'alerts'] },
    setup: () => ({
      ports: {
        auth: { authenticate: async role => ({ kind: 'key', keyId: 'k', role: role as Role, name: 'Mia' }) },
        alerts: {
          raise: async (_tx, { key, message }) => void alerts.set(key, message),
          clear: async (_tx, { key }) => void alerts.delete(key),
        },
      },
    }),
  })
  const asker = definePlugin({
    ...{ name: 'asker', options: z.object({}), needs: ['hours'] },
    setup: hub => ((inside.hub = hub), {}),
  })
  const hub = await startHub({
    adapters: {},
    plugins: {
      door: { use: door },
      hours: { use: hours, options: { timeZone: 'Australia/Brisbane', schedule: null, ...options } },
      asker: { use: asker },
    },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog(), now: () => monday },
  })
  t.teardown(() => hub.close())
  const ask = async (path: string, init: { method?: string; body?: object; role?: Role } = {}) => {
    const { method = 'GET', body, role = 'manager' } = init
    const headers = { authorization: `Bearer ${role}`, 'content-type': 'application/json' }
    const answer = await fetch(hub.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return (await answer.json()) as Record<string, never>
  }
  const isOpen = async () =>
    (await hub.store.read(tx => inside.hub!.port('hours').at(tx, monday, { line: '', team: null }))).isOpen
  return { hub, ask, isOpen, alerts }
}

t.test('hours that are set count at once instead of the configuration’s, with version, reason and audit', async t => {
  const { ask, isOpen, hub } = await started(t, { week })
  t.equal(await isOpen(), true)
  const settings = { timeZone: 'Australia/Brisbane', week: { tuesday: '10:00-12:00' } }
  t.match(await ask('/api/hours/settings'), { version: 0, settings: null })
  const put = (version: number, body: object, role?: Role) =>
    ask('/api/hours/settings', { method: 'PUT', body: { version, ...body }, ...(role && { role }) })
  t.match(await put(0, { settings }, 'agent'), { status: 403 })
  t.match(await put(0, { settings, reason: 'closed on Mondays now' }), { version: 1 })
  t.equal(await isOpen(), false)
  t.match(await put(0, { settings }), { status: 409 })
  t.match(await ask('/api/hours/versions'), {
    items: [{ version: 1, changedBy: 'Mia', reason: 'closed on Mondays now' }],
  })
  const audited = await hub.store.read(tx => tx.sql<{ what: string }>`select what from audit`)
  t.same(audited, [{ what: 'hours.change' }])
})

t.test('wrong hours are refused with every mistake and its place, and change nothing', async t => {
  const { ask, isOpen } = await started(t, { week })
  const settings = { timeZone: 'Mars', week: { monday: '9-5' } }
  const answer = await ask('/api/hours/settings', { method: 'PUT', body: { version: 0, settings } })
  t.match(answer, { status: 400 })
  const places = (answer['issues'] as unknown as { path: string }[]).map(({ path }) => path)
  t.same(places.sort(), ['settings.timeZone', 'settings.week.monday.0'])
  t.equal(await isOpen(), true)
})

t.test('a change can be looked at before it is made: open and closed over the next days, and why', async t => {
  const { ask, isOpen } = await started(t, { week })
  const settings = { timeZone: 'Australia/Brisbane', week: { monday: ['09:00-12:00', '13:00-17:00'] } }
  const { items } = await ask('/api/hours/preview', { method: 'POST', body: { settings, days: 2 } })
  t.match(items, [
    { isOpen: true, from: '2026-11-23T01:00:00.000Z', to: '2026-11-23T02:00:00.000Z' },
    { isOpen: false, to: '2026-11-23T03:00:00.000Z', because: 'at this time: Mondays 09:00–12:00 and 13:00–17:00' },
    { isOpen: true, to: '2026-11-23T07:00:00.000Z' },
    { isOpen: false, to: '2026-11-25T01:00:00.000Z' },
  ])
  t.equal(await isOpen(), true)
  const now = await ask('/api/hours/preview', { method: 'POST', body: {} })
  t.ok((now['items'] as unknown as object[]).length >= 4)
})

t.test('holidays of a calendar close the day; one that cannot be read leaves them, and somebody is told', async t => {
  const file = join(t.testdirName, 'holidays.ics')
  const { hub, isOpen, ask, alerts } = await started(t, { week, calendars: { state: { file } } })
  t.match(await hub.runJob('BusinessHours'), { failed: 1 })
  t.match(alerts.get('calendar:state'), /state could not be read/)
  const event = ['BEGIN:VEVENT', 'UID:1', 'DTSTART;VALUE=DATE:20261123', 'SUMMARY:Foundation Day', 'END:VEVENT']
  await writeFile(file, ['BEGIN:VCALENDAR', 'VERSION:2.0', ...event, 'END:VCALENDAR', ''].join('\r\n'))
  t.match(await hub.runJob('BusinessHours'), { days: 1, failed: 0 })
  t.equal(alerts.size, 0)
  t.equal(await isOpen(), false)
  t.match(await ask(`/api/hours?at=${monday.toISOString()}`), { because: 'for Foundation Day' })
  await writeFile(file, 'gone')
  await hub.runJob('BusinessHours')
  t.equal(await isOpen(), false)
  t.match(await ask('/api/hours/settings'), { holidays: [{ calendar: 'state', name: 'Foundation Day' }] })
})
