import type { Hours, HoursAbout, Opening, Tx } from '@switchboard/core'
import type { Test } from 'tap'

/** What the suite is run on. */
export interface HoursSubject {
  name: string
  /** Hours in the zone Australia/Sydney: Mondays to Fridays 9:00 to 17:00, closed on Christmas Day 2026. */
  start(t: Test): Promise<{ hours: Hours; read<T>(work: (tx: Tx) => Promise<T>): Promise<T> }>
}

/** Every implementation of `Hours` passes this suite. */
export function hoursContract(t: Test, { name, start }: HoursSubject): void {
  for (const [behaviour, check] of Object.entries(checks))
    t.test(`${name}: ${behaviour}`, async t => {
      const { hours, read } = await start(t)
      await check(t, (moment, about = anyone) => read(tx => hours.at(tx, new Date(moment), about)), hours)
    })
}

const anyone: HoursAbout = { line: '+61255501234', team: null }

type Check = (t: Test, at: (moment: string, about?: HoursAbout) => Promise<Opening>, hours: Hours) => Promise<void>

const checks: Readonly<Record<string, Check>> = {
  'it is open from the first moment to before the last, and says by which rule': async (t, at) => {
    // Monday, 23 November 2026; Sydney is eleven hours ahead.
    t.equal((await at('2026-11-22T21:59:59.999Z')).isOpen, false)
    const open = await at('2026-11-22T22:00:00Z')
    t.equal(open.isOpen, true)
    t.ok(open.because.length > 0)
    t.equal((await at('2026-11-23T05:59:59.999Z')).isOpen, true)
    const closed = await at('2026-11-23T06:00:00Z')
    t.equal(closed.isOpen, false)
    t.ok(closed.because.length > 0)
  },

  'the next change is the first moment at which it is the other way round': async (t, at) => {
    for (const moment of [
      '2026-11-22T22:30:00Z',
      '2026-11-23T10:00:00Z',
      '2026-11-27T10:00:00Z',
      '2026-12-24T10:00:00Z',
    ]) {
      const { isOpen, nextChangeAt } = await at(moment)
      t.ok(nextChangeAt && nextChangeAt > new Date(moment), moment)
      const next = nextChangeAt?.getTime() ?? 0
      t.equal((await at(new Date(next).toISOString())).isOpen, !isOpen, `from ${moment} it changes`)
      t.equal((await at(new Date(next - 1).toISOString())).isOpen, isOpen, `from ${moment} not before`)
    }
  },

  'a holiday is closed, and another rule says so than on the day before': async (t, at) => {
    const before = await at('2026-12-24T00:00:00Z')
    const holiday = await at('2026-12-25T00:00:00Z')
    t.same([before.isOpen, holiday.isOpen], [true, false])
    t.not(holiday.because, (await at('2026-12-26T00:00:00Z')).because, 'nor is it the weekend')
  },

  'hours go by the clock on the wall when it is changed': async (t, at) => {
    // In winter Sydney is ten hours ahead.
    t.same([(await at('2026-07-05T22:30:00Z')).isOpen, (await at('2026-07-05T23:00:00Z')).isOpen], [false, true])
  },

  'a line or a team that nothing was set for has everybody’s hours': async (t, at) => {
    t.equal((await at('2026-11-23T00:00:00Z', { line: '', team: null })).isOpen, true)
    t.equal((await at('2026-11-23T00:00:00Z', { line: '+15005550006', team: 'unheard-of' })).isOpen, true)
  },

  'the zone, where it is told, is one that clocks know': async (t, _at, hours) => {
    const zone = hours.timeZone?.()
    t.ok(zone === undefined || new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone === zone)
  },
}
