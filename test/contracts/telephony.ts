import type { Test } from 'tap'
import { newId } from '@switchboard/core'
import { commands } from './telephony-commands.ts'
import { adapterName, telephonyHub } from './telephony-hub.ts'
import { instructions } from './telephony-instructions.ts'
import type { Scene, TelephonyBench } from './telephony-scene.ts'
import { webhooks } from './telephony-webhooks.ts'

export type { CallerAtHand, TelephonyBench, VendorAtHand } from './telephony-scene.ts'

/** What a phone vendor's adapter brings to its contract. */
export interface TelephonyContract {
  name: string
  start(hub: { publicUrl: string; adapter: string }): Promise<TelephonyBench>
}

/** What every phone adapter does, shown on real requests to and from its simulator. */
export async function telephonyContract(t: Test, { name, start }: TelephonyContract): Promise<void> {
  const scene = (title: string, run: (t: Test, scene: Scene) => Promise<void>): Promise<unknown> =>
    t.test(`${name}: ${title}`, async t => {
      const hub = await telephonyHub()
      t.teardown(() => hub.close())
      const bench = await start({ publicUrl: hub.publicUrl, adapter: adapterName })
      t.teardown(() => bench.close())
      hub.plug(bench.telephony, bench.channels)
      await run(t, { ...bench, hub, callId: newId() })
    })
  for (const [title, run] of Object.entries({ ...webhooks, ...instructions, ...commands })) await scene(title, run)
}
