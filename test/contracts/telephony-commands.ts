import { isOver, newId, VendorError, type LegId } from '@switchboard/core'
import { until } from './telephony-hub.ts'
import { conversation, customer, dialled, ended, type Dialled, type Scene, type Scenes } from './telephony-scene.ts'

/** What the vendor is asked to do, and what it knows. */
export const commands: Scenes = {
  'a dialled phone rings, is answered, and is in the conference': async (t, scene) => {
    const { hub, vendor, telephony } = scene
    const staff = dialled(scene)
    const { outcome, vendorLegId } = await telephony.perform(staff.dial)
    t.equal(outcome, 'done')
    const ofLeg = { vendorId: vendorLegId, callId: scene.callId, legId: staff.legId }
    t.match((await hub.event('leg', ({ status }) => status === 'queued')).leg, ofLeg)
    t.match((await hub.event('leg', ({ status }) => status === 'ringing')).leg, ofLeg)
    await until(() => vendor.press(staff.identity, 'answer'), 'a ringing phone')
    t.match((await hub.event('leg', ({ status }) => status === 'in-progress')).leg, ofLeg)
    t.match((await hub.event('joined')).leg, ofLeg)
  },

  'a phone that is turned down is busy': async (t, scene) => {
    const { hub, vendor, telephony } = scene
    const staff = dialled(scene)
    await telephony.perform(staff.dial)
    await until(() => vendor.press(staff.identity, 'decline'), 'a ringing phone')
    t.equal((await ended(hub, staff.legId)).status, 'busy')
  },

  'a phone that nobody answers in time says so': async (t, scene) => {
    const staff = dialled(scene)
    await scene.telephony.perform({ ...staff.dial, timeoutSeconds: 5 })
    t.equal((await ended(scene.hub, staff.legId)).status, 'no-answer')
  },

  'a waiting caller is redirected into the conference, and both talk': async (t, scene) => {
    const { caller, staffLegId, callerLegId } = await conversation(scene)
    t.equal(caller.heard().at(-1), 'conference')
    t.notOk(caller.heard().includes('silence'), 'and was never alone in silence')
    const { legs } = await scene.telephony.inspect({
      callId: scene.callId,
      legs: [{ legId: callerLegId, vendorId: caller.vendorId }],
    })
    t.same(
      new Set(legs.map(({ legId }) => legId)),
      new Set([callerLegId, staffLegId]),
      'also the leg whose id we never learnt',
    )
    for (const leg of legs) t.match(leg, { status: 'in-progress', inConference: true, conferenceId: String })
  },

  'a caller on hold hears music, and then the others again': async (t, scene) => {
    const { caller, callerLegId } = await conversation(scene)
    const { callId, telephony, hub } = scene
    const { conference } = await hub.event('joined', ({ leg }) => leg.legId === callerLegId)
    const about = { callId, legId: callerLegId, vendorLegId: caller.vendorId, conferenceId: conference.vendorId }
    t.match(await telephony.perform({ do: 'hold', ...about, on: true }), { outcome: 'done' })
    t.equal(caller.heard().at(-1), 'music')
    await telephony.perform({ do: 'hold', ...about, on: true })
    await telephony.perform({ do: 'hold', ...about, on: false })
    t.equal(caller.heard().at(-1), 'conference')
    t.match(await telephony.perform({ do: 'mute', ...about, on: true }), { outcome: 'done' })
    caller.hangUp()
    await hub.event('conferenceEnded')
    t.match(await telephony.perform({ do: 'hold', ...about, on: true }), { outcome: 'gone' }, 'which is no error')
  },

  'a conversation is recorded, paused, gone on with and ended; twice is as once': async (t, scene) => {
    const { caller, callerLegId } = await conversation(scene)
    const { callId, telephony, hub } = scene
    const { conference } = await hub.event('joined', ({ leg }) => leg.legId === callerLegId)
    const about = { callId, legId: callerLegId, vendorLegId: caller.vendorId, conferenceId: conference.vendorId }
    for (const to of ['paused', 'on', 'on', 'paused', 'on', 'off', 'off'] as const)
      t.match(await telephony.perform({ do: 'record', ...about, to }), { outcome: 'done' }, to)
  },

  'a manager whispers, listens and talks': async (t, scene) => {
    const { staffVendorId } = await conversation(scene)
    const { callId, telephony, hub, vendor } = scene
    const boss = dialled(scene)
    const { vendorLegId } = await telephony.perform({ ...boss.dial, as: { part: 'whisper', to: staffVendorId } })
    await until(() => vendor.press(boss.identity, 'answer'), 'a ringing phone')
    const { conference } = await hub.event('joined', ({ leg }) => leg.legId === boss.legId)
    const about = { callId, legId: boss.legId, vendorLegId: vendorLegId ?? '', conferenceId: conference.vendorId }
    for (const as of [{ part: 'listen' }, { part: 'whisper', to: staffVendorId }, { part: 'talk' }] as const)
      t.match(await telephony.perform({ do: 'attend', ...about, as }), { outcome: 'done' }, as.part)
  },

  'a caller in the queue hears their place and music, and a key is told to us': async (t, scene) => {
    const { callId, telephony, hub, vendor } = scene
    const caller = vendor.ring(customer)
    await until(() => caller.heard().at(-1) === 'music', 'music')
    const legId: LegId = newId()
    const to = { do: 'queue', callId, legId, say: 'You are number 2.' } as const
    await telephony.perform({ do: 'redirect', callId, legId, vendorLegId: caller.vendorId, to })
    await until(() => caller.heard().slice(-2).join() === 'say,music', 'their place, then music')
    t.ok(caller.pressKey('1'))
    t.match(await hub.event('digits'), { digits: '1', leg: { vendorId: caller.vendorId } })
  },

  'when the caller leaves, the conference ends and everybody in it': async (t, scene) => {
    const { caller, staffVendorId } = await conversation(scene)
    caller.hangUp()
    const { hub, callId } = scene
    t.equal((await hub.event('left', ({ leg }) => leg.vendorId === caller.vendorId)).leg.callId, callId)
    t.match(await hub.event('conferenceEnded'), { callId, conference: { name: callId } })
    t.equal(
      (await hub.event('leg', ({ leg, status }) => leg.vendorId === staffVendorId && isOver(status))).status,
      'completed',
    )
  },

  'when somebody of the staff leaves, the caller stays until we decide': async (t, scene) => {
    const { caller, staffVendorId, identity } = await conversation(scene)
    t.ok(scene.vendor.press(identity, 'hangUp'))
    await scene.hub.event('left', ({ leg }) => leg.vendorId === staffVendorId)
    t.notOk(caller.isOver())
  },

  'hangup ends a leg, and is harmless when it is over': async (t, scene) => {
    const { telephony } = scene
    const { caller, callerLegId } = await conversation(scene)
    const command = { callId: scene.callId, legId: callerLegId, vendorLegId: caller.vendorId }
    t.equal((await telephony.perform({ do: 'hangup', ...command })).outcome, 'done')
    await until(() => caller.isOver(), 'the end')
    t.equal((await telephony.perform({ do: 'hangup', ...command })).outcome, 'gone')
    t.equal((await telephony.perform({ do: 'redirect', ...command, to: { do: 'wait', say: null } })).outcome, 'gone')
    const { legs } = await telephony.inspect({
      callId: scene.callId,
      legs: [{ legId: callerLegId, vendorId: caller.vendorId }],
    })
    t.match(
      legs.find(({ legId }) => legId === callerLegId),
      { status: 'completed', inConference: false },
    )
  },

  'a ringing phone can be hung up': async (t, scene) => {
    const { hub, telephony } = scene
    const staff = dialled(scene)
    const { vendorLegId } = await telephony.perform(staff.dial)
    await hub.event('leg', ({ status }) => status === 'ringing')
    const { callId, legId } = staff.dial
    await telephony.perform({ do: 'hangup', callId, legId, vendorLegId: vendorLegId ?? '' })
    t.equal((await hub.event('leg', ({ status }) => isOver(status))).status, 'canceled')
  },

  'a leg the vendor has never heard of is over': async (t, scene) => {
    const { telephony } = scene
    const { callId } = scene
    const legId: LegId = newId()
    const known = { callId, legs: [{ legId, vendorId: 'never-was' }] }
    t.match((await telephony.inspect(known)).legs, [
      { legId, vendorId: 'never-was', status: 'completed', inConference: false },
    ])
    t.equal((await telephony.perform({ do: 'hangup', callId, legId, vendorLegId: 'never-was' })).outcome, 'gone')
  },

  'a dial whose answer was lost may have been done, and is found by its label': async (t, scene) => {
    const { vendor, telephony, callId } = scene
    const staff = dialled(scene)
    vendor.fail('unreadable')
    const failure = await telephony.perform(staff.dial).catch((error: unknown) => error)
    t.match(failure, { outcomeUnknown: true, retryable: true })
    vendor.fail(null)
    const { legs } = await telephony.inspect({ callId, legs: [{ legId: staff.legId, vendorId: null }] })
    t.match(legs, [{ legId: staff.legId, inConference: false }])
    t.ok(legs[0]?.vendorId)
  },

  'a vendor that cannot answer is an error worth repeating': async (t, scene) => {
    scene.vendor.fail('unavailable')
    const failure = await scene.telephony.perform(dialled(scene).dial).catch((error: unknown) => error)
    t.ok(failure instanceof VendorError)
    t.match(failure, { retryable: true, outcomeUnknown: true, vendorStatus: 503 })
  },

  'a dial that was cut off before it was done is not found, and a second try makes the one leg': async (t, scene) => {
    const { vendor, telephony, callId } = scene
    const staff = dialled(scene)
    vendor.fail('cut')
    t.match(await telephony.perform(staff.dial).catch((error: unknown) => error), {
      outcomeUnknown: true,
      retryable: true,
    })
    vendor.fail(null)
    t.equal(await dialOnce(scene, staff), 'dialled anew')
    await until(() => vendor.press(staff.identity, 'answer'), 'a ringing phone')
    t.equal(vendor.legsTo(staff.identity), 1)
    t.match((await telephony.inspect({ callId, legs: [{ legId: staff.legId, vendorId: null }] })).legs, [{}])
  },

  'a dial that was done and whose answer was lost is not done again': async (t, scene) => {
    const { vendor, telephony } = scene
    const staff = dialled(scene)
    vendor.fail('unreadable')
    await t.rejects(telephony.perform(staff.dial))
    vendor.fail(null)
    t.equal(await dialOnce(scene, staff), 'found')
    t.equal(vendor.legsTo(staff.identity), 1)
  },

  'the lines of the account are listed, and all is well with them': async (t, { telephony, vendor }) => {
    if (!telephony.lines) return void t.pass('not known')
    const line = (await telephony.lines()).find(({ number }) => number === vendor.line)
    t.ok(line?.vendorId)
    t.ok(line?.takes.includes('voice'))
    t.same(line?.drift, [])
  },

  'a line that was pointed elsewhere is seen, and claimed back': async (t, scene) => {
    const { telephony, vendor, hub } = scene
    if (!telephony.lines || !telephony.claimLine) return void t.pass('cannot be set')
    vendor.divert()
    const [line] = await telephony.lines()
    t.ok(line && line.drift.length > 0)
    for (const { setting, is, shouldBe } of line?.drift ?? []) {
      t.ok(setting)
      t.not(is, shouldBe)
    }
    t.same((await telephony.claimLine(line?.vendorId ?? '')).drift, [])
    t.same((await telephony.lines())[0]?.drift, [])
    vendor.ring('+61491570156')
    t.equal((await hub.event('incoming')).to, vendor.line)
  },
}

/** As the hub does it: what may have been done is asked for before it is done again. */
async function dialOnce({ telephony, callId }: Scene, { dial, legId }: Dialled): Promise<'found' | 'dialled anew'> {
  const { legs } = await telephony.inspect({ callId, legs: [{ legId, vendorId: null }] })
  if (legs.some(leg => leg.legId === legId)) return 'found'
  await telephony.perform(dial)
  return 'dialled anew'
}
