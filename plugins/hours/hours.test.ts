import { definePlugin, z, type Hub, type Role } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { hoursContract } from '@switchboard/test-contracts/hours'
import { testDatabase } from '@switchboard/test-postgres'
import t, { type Test } from 'tap'
import { hours } from './hours.ts'

/** A hub with these hours, a door that lets everybody in, and its inside. */
async function started(t: Test, options: object) {
  const { url: databaseUrl } = await testDatabase(t)
  const inside: { hub?: Hub } = {}
  const authenticate = async (role: string | null) => ({
    kind: 'key' as const,
    keyId: 'k',
    role: role as Role,
    name: 'Mia',
  })
  const door = definePlugin({
    ...{ name: 'door', options: z.object({}), provides: ['auth'] },
    setup: () => ({ ports: { auth: { authenticate } } }),
  })
  const asker = definePlugin({
    ...{ name: 'asker', options: z.object({}), needs: ['hours'] },
    setup: hub => ((inside.hub = hub), {}),
  })
  const hub = await startHub({
    adapters: {},
    plugins: { door: { use: door }, hours: { use: hours, options }, asker: { use: asker } },
    ...{ databaseUrl, dataDir: t.testdir(), log: silentLog() },
  })
  t.teardown(() => hub.close())
  if (!inside.hub) throw new Error('the asker was not set up')
  return { hub, port: inside.hub.port('hours') }
}

const weekday = '09:00-17:00'
const office = {
  timeZone: 'Australia/Sydney',
  week: { monday: weekday, tuesday: weekday, wednesday: weekday, thursday: weekday, friday: weekday },
  holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
}

hoursContract(t, {
  name: 'hours',
  start: async t => {
    const { hub, port } = await started(t, office)
    return { hours: port, read: work => hub.store.read(work) }
  },
})

t.test('the port and the route answer from the options, for a line and a team', async t => {
  const { hub, port } = await started(t, {
    timeZone: 'Australia/Brisbane',
    week: { monday: '09:00-17:00' },
    teams: { night: { week: { monday: ['00:00-06:00', '20:00-24:00'] } } },
  })
  t.equal(port.timeZone?.(), 'Australia/Brisbane')
  const at = new Date('2026-11-23T00:00:00Z')
  const opening = await hub.store.read(tx => port.at(tx, at, { line: '', team: null }))
  t.match(opening, { isOpen: true, because: 'on Mondays 09:00–17:00' })
  const ask = (query: string) => fetch(`${hub.url}/api/hours?${query}`, { headers: { authorization: 'Bearer viewer' } })
  t.match(await (await ask('at=2026-11-23T10:00:00%2B10:00&team=night')).json(), {
    ...{ isOpen: false, because: 'at this time: Mondays 00:00–06:00 and 20:00–24:00 (night)' },
    nextChangeAt: '2026-11-23T10:00:00.000Z',
  })
  t.equal((await ask('at=noon')).status, 400)
})
