import { identityOf, type StaffId } from '@switchboard/core'
import { password, startHubProcess, type HubProcess } from '@switchboard/test-e2e/hub-process'
import { startOutsideVendor } from '@switchboard/test-e2e/outside-vendor'
import { ask, connectPhone, signIn, type Phone } from '@switchboard/test-e2e/phone'

/** When the hub is killed: while a phone rings, or while two people talk. */
export type Moment = 'ringing' | 'talking'

/** What came of one crash. */
export interface CrashReport {
  moment: Moment
  /** The state the call was in when the hub died, and where it ended. */
  stateAtCrash: string
  endState: string
  outcome: string
  /** From the kill until the phone client had the call again. */
  backAfterMs: number
  /** How often the staff phone was dialled for this call: once is right. */
  dials: number
  /** The longest silence the caller heard. */
  silenceMs: number
}

interface CallView {
  id: string
  state: string
  outcome: string | null
}

/**
 * Rings, kills the hub with -9 at `moment`, starts it again on the same data, and goes on with the call to its proper end.
 * @throws Error when the call does not go on
 */
export async function crashDuring(moment: Moment, dataDir: string): Promise<CrashReport> {
  const vendor = await startOutsideVendor(dataDir)
  let hub: HubProcess | null = null
  try {
    hub = await startHubProcess(vendor.variables)
    const token = await signIn(hub.url, 'alex@demo.example', password)
    const me = await ask<{ id: StaffId }>(hub.url, '/api/me', token)
    const softphone = vendor.twilio.softphone(identityOf(me.id))
    const before = await connectPhone(hub.url, token)
    const customer = vendor.twilio.ring({ from: '+61491570156' })
    const callId = await rings(before)
    if (moment === 'talking') await pickUp(before, softphone, callId)
    const stateAtCrash = (await callOf(hub, token, callId)).state

    const crashedAt = performance.now()
    await hub.end('SIGKILL')
    hub = await startHubProcess(vendor.variables)
    const after = await connectPhone(hub.url, token)
    await concerns(after, callId)
    const backAfterMs = Math.round(performance.now() - crashedAt)

    if (moment === 'ringing') await pickUp(after, softphone, callId)
    customer.hangUp()
    await after.state('Hungup')
    const { state: endState, outcome } = await callOf(hub, token, callId)
    const legs = vendor.twilio.calls()
    const dials = legs.filter(({ direction }) => direction !== 'inbound').length
    before.close()
    after.close()
    const { silenceMs } = customer.view()
    return { moment, stateAtCrash, endState, outcome: outcome ?? '', backAfterMs, dials, silenceMs }
  } finally {
    await hub?.end('SIGTERM')
    await vendor.close()
  }
}

async function rings(phone: Phone): Promise<string> {
  const { data } = await phone.heard(({ type }) => type === 'call.ringing')
  return (data as { call: { id: string } }).call.id
}

async function pickUp(phone: Phone, softphone: { answer(): boolean }, callId: string): Promise<void> {
  const { ok, error } = await phone.send('call.answer', { callId })
  if (!ok) throw new Error(`answering was refused: ${error?.code}`)
  while (!softphone.answer()) await new Promise(wake => setTimeout(wake, 50))
  await phone.state('AllInConference')
}

/** The welcome of a client that comes back names the calls that concern its person. */
async function concerns(phone: Phone, callId: string): Promise<void> {
  const { data } = await phone.heard(({ type }) => type === 'welcome')
  if (!JSON.stringify(data).includes(callId)) throw new Error(`the call is not in the welcome: ${JSON.stringify(data)}`)
}

function callOf(hub: HubProcess, token: string, callId: string): Promise<CallView> {
  return ask<CallView>(hub.url, `/api/calls/${callId}`, token)
}
