import type { AlertsPort, Store } from '@switchboard/core'
import type { Test } from 'tap'

/** A hub with alerts, as the suite sees it. */
export interface AlertsRig {
  alerts: AlertsPort
  store: Store
  /** Waits until everything that was raised and cleared was heard. */
  quiet(): Promise<void>
  /** What people were told so far, oldest first: `raised front silent`. */
  told(): string[]
  /** Lets so much time pass that what is over counts as over. */
  calm(): Promise<void>
}

/** Every implementation of `AlertsPort` passes this suite. */
export function alertsContract(t: Test, { name, start }: { name: string; start(t: Test): Promise<AlertsRig> }): void {
  for (const [behaviour, check] of Object.entries(checks))
    t.test(`${name}: ${behaviour}`, async t => check(t, await start(t)))
}

const silent = { part: 'front', key: 'silent', message: 'nothing came for an hour: look' }

const checks: Readonly<Record<string, (t: Test, rig: AlertsRig) => Promise<void>>> = {
  'a matter is told once, however often it is raised, and once when it is over': async (t, rig) => {
    const { alerts, store, quiet, told, calm } = rig
    for (const message of ['first', 'second', 'third']) {
      await store.transact(tx => alerts.raise(tx, { ...silent, message }))
      await quiet()
    }
    t.same(told(), ['raised front silent'])
    for (let times = 0; times < 2; times++) await store.transact(tx => alerts.clear(tx, silent))
    await calm()
    t.same(told(), ['raised front silent', 'resolved front silent'])
  },

  'matters are told apart by part and by key': async (t, { alerts, store, quiet, told }) => {
    await store.transact(async tx => {
      await alerts.raise(tx, silent)
      await alerts.raise(tx, { ...silent, key: 'skewed' })
      await alerts.raise(tx, { ...silent, part: 'shopify' })
    })
    await quiet()
    t.same(told().sort(), ['raised front silent', 'raised front skewed', 'raised shopify silent'])
  },

  'what is undone was never raised, and ending what does not stand tells nobody': async (t, rig) => {
    const { alerts, store, quiet, told, calm } = rig
    await t.rejects(
      store.transact(async tx => {
        await alerts.raise(tx, silent)
        throw new Error('undone')
      }),
    )
    await store.transact(tx => alerts.clear(tx, silent))
    await quiet()
    await calm()
    t.same(told(), [])
  },

  'a matter that begins anew after it was over is told anew': async (t, { alerts, store, quiet, told, calm }) => {
    await store.transact(tx => alerts.raise(tx, silent))
    await quiet()
    await store.transact(tx => alerts.clear(tx, silent))
    await calm()
    await store.transact(tx => alerts.raise(tx, silent))
    await quiet()
    t.same(told(), ['raised front silent', 'resolved front silent', 'raised front silent'])
  },
}
