import type { Test } from 'tap'
import { worldOf } from '@switchboard/test-simulators/world'
import { hearing } from './messaging-hearing.ts'
import { reading } from './messaging-reading.ts'
import type { MessagingSubject, Stage } from './messaging-scene.ts'
import { files, keeping } from './messaging-files.ts'
import { sending } from './messaging-sending.ts'
import { receiver } from './receiver.ts'

export type { Heard, MessagingRig, MessagingSetting, MessagingSubject } from './messaging-scene.ts'

/** Every messaging vendor passes this suite against its simulator: what comes in, what goes out, and what is read afterwards. */
export function messagingContract(t: Test, subject: MessagingSubject): void {
  for (const [behaviour, check] of Object.entries({ ...hearing, ...files, ...sending, ...keeping, ...reading }))
    t.test(`${subject.name}: ${behaviour}`, async t => check(t, await stage(t, subject)))
}

async function stage(t: Test, subject: MessagingSubject): Promise<Stage> {
  let at = Date.parse('2026-11-20T10:00:00Z')
  const now = (): Date => new Date(at)
  const inbox = await receiver(t, now)
  const world = worldOf({ seed: 11, now: now(), people: 60 })
  const rig = await subject.start({ publicUrl: inbox.publicUrl, adapter: subject.name, world, seed: 11, now })
  t.teardown(() => rig.close())
  return { ...rig, inbox, now, wait: ms => void (at += ms) }
}
