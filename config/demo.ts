import { definePlugin, identityOf, minute, second, z, type Log, type StaffId } from '@switchboard/core'
import type { Parts } from '@switchboard/core/hub'
import { connectGateway, type GatewayClient } from '@switchboard/gateway/client'
import type { RunningTwilio } from '@switchboard/test-simulators/twilio'
import { localApi } from './api.ts'
import type { SimulatedVendors } from './simulators.ts'
import { renderCard } from './terminal.ts'

const accepted = z.object({ staffId: z.string(), legId: z.string() })

/** The phones of staff clients while Twilio is simulated: a phone picks up when its person pressed answer. */
function softphones(twilio: RunningTwilio) {
  return definePlugin({
    name: 'softphones',
    options: z.object({}),
    setup: () => ({
      on: {
        'call.accepted': async (tx, event) => {
          const { staffId, legId } = accepted.parse(event.data)
          tx.afterCommit(() => void pickUp(twilio.softphone(identityOf(staffId as StaffId)), legId))
        },
      },
    }),
  })
}

const ringsWithinMs = 10 * second

/** Picks up as soon as the leg rings at the phone: who is quick presses answer before the vendor has dialled. */
async function pickUp(phone: ReturnType<RunningTwilio['softphone']>, legId: string): Promise<void> {
  const until = performance.now() + ringsWithinMs
  while (!phone.answer(legId) && performance.now() < until) await new Promise(wake => setTimeout(wake, 50))
}

/** hub.yaml's parts with what a demo has besides: three staff who can sign in, and phones that pick up. */
export function demoParts({ adapters, plugins }: Parts, { twilio }: SimulatedVendors): Parts {
  const { access } = plugins
  const enrolled = access && { access: { ...access, options: { ...(access.options as object), demoStaff: true } } }
  return { adapters, plugins: { ...plugins, ...enrolled, ...(twilio && { softphones: { use: softphones(twilio) } }) } }
}

const robin = 'robin@demo.example'
const talkMs = 4 * second

/** A customer rings and Robin, one of the demo staff, answers: the whole path once, in the log, with the card as Robin sees it. */
export async function ringOnce({ twilio, world }: SimulatedVendors, dataDir: string, log: Log): Promise<void> {
  if (!twilio) return
  const api = await localApi(dataDir)
  const ticket = z.object({ ticket: z.string(), url: z.string() })
  const client = connectGateway({ ticket: () => api.ask('POST', '/api/gateway/ticket', ticket, { staff: robin }) })
  try {
    await heard(client, 'welcome')
    await client.request('presence.set', { presence: 'available' })
    const ringing = heard(client, 'call.ringing')
    const [line] = twilio.numbers
    const customer = twilio.ring({ from: world.demoCaller.phone, to: line ?? '' })
    const { call, caller } = await ringing
    console.log(
      renderCard(
        { call, caller },
        { width: process.stdout.columns ?? 80, colour: process.stdout.isTTY, now: new Date() },
      ),
    )
    await client.request('call.answer', { callId: call.id })
    await new Promise(wake => setTimeout(wake, talkMs))
    customer.hangUp()
    log.info({ callId: call.id }, 'demo call over')
  } finally {
    client.close()
  }
}

/** The next frame of a type. @throws Error when it does not come within a minute */
function heard<Name extends 'welcome' | 'call.ringing'>(client: GatewayClient, name: Name) {
  type Data = Parameters<Parameters<typeof client.on<Name>>[1]>[0]
  return new Promise<Data>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${name} within a minute`)), minute)
    const end = client.on(name, data => {
      clearTimeout(timer)
      end()
      resolve(data)
    })
  })
}
