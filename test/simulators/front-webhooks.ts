import { createHmac, randomBytes } from 'node:crypto'
import { delivererOf, type Delivered, type Delivery } from './deliver.ts'
import type { Faults } from './faults.ts'
import type { SimulatorSettings } from './simulator.ts'

/** The webhooks of the simulated company: an application's, and those of a rule when there is one. */
export interface FrontWebhooks {
  /** Sends an event's payload as the application does, and as the rule does when it is on. */
  send(id: string, type: string, payload: { full: object; preview: object }): Promise<Delivered>
  /** Saves the application's webhook anew: Front sends a challenge, and sends nothing more unless it comes back. */
  connect(): Promise<boolean>
  isConnected(): boolean
  /** A rule sends webhooks of its own: whole events, their previews, or none. */
  setRule(payload: RulePayload): void
  signWith(appSecret: string): void
  close(): Promise<void>
}

export type RulePayload = 'full' | 'preview' | 'off'

const timeoutMs = 5000
/** At most three times again; how fast is not documented. */
const retryDelaysMs = [10_000, 60_000, 600_000]
const hourMs = 3_600_000

/** What it takes to send them. */
interface Signing {
  faults: Faults
  appSecret: string
  companySecret: string
  /** The clock of the machine that signs. */
  clock(): Date
}

/** Webhooks signed as Front signs them. An application retries, a rule does not. */
export function frontWebhooks(settings: SimulatorSettings, { faults, clock, ...secrets }: Signing): FrontWebhooks {
  const { publicUrl, adapter, speed = 1000, log } = settings
  const deliverer = delivererOf(faults, log)
  const address = `${publicUrl}/webhooks/${adapter}`
  let { appSecret } = secrets
  let isConnected = true
  let rule: RulePayload = 'off'

  function byApp(type: string, payload: object): Promise<Delivered> {
    const body = JSON.stringify({ type: aliases[type] ?? type, authorization: { id: 'cmp_shop' }, payload })
    const delivery: Delivery = {
      url: `${address}/app`,
      attempt: () => ({ headers: appHeaders(body, clock(), appSecret), body }),
      intruder: kind => ({
        headers:
          kind === 'forged' ? appHeaders(body, clock(), 'guessed') : appHeaders(body, anHourAgo(clock()), appSecret),
        body,
      }),
      timeoutMs,
      retryDelaysMs: retryDelaysMs.map(ms => ms / speed),
    }
    return deliverer.send(delivery)
  }

  function byRule(payload: object): Promise<Delivered> {
    const body = JSON.stringify(payload)
    const signed = (secret: string): ReturnType<Delivery['attempt']> => ({ headers: ruleHeaders(body, secret), body })
    return deliverer.send({
      ...{ url: `${address}/rules`, attempt: () => signed(secrets.companySecret), timeoutMs, retryDelaysMs: [] },
      intruder: kind => (kind === 'forged' ? signed('guessed') : null),
    })
  }

  return {
    async send(_id, type, { full, preview }) {
      const none = { attempts: 0, status: null }
      const ruled = rule === 'off' ? none : byRule(rule === 'full' ? full : preview)
      const [told] = await Promise.all([isConnected ? byApp(type, full) : none, ruled])
      return told
    },
    async connect() {
      isConnected = await challenge(`${address}/app`, clock(), appSecret)
      return isConnected
    },
    isConnected: () => isConnected,
    setRule: payload => void (rule = payload),
    signWith: secret => void (appSecret = secret),
    close: deliverer.close,
  }
}

/** Names that the application gives to some types. */
const aliases: { readonly [type: string]: string | undefined } = {
  inbound: 'inbound_received',
  outbound: 'outbound_sent',
  assign: 'assignee_changed',
  tag: 'tag_added',
  comment: 'new_comment_added',
  move: 'conversation_moved',
}

async function challenge(url: string, at: Date, secret: string): Promise<boolean> {
  const word = randomBytes(12).toString('hex')
  const body = JSON.stringify({ type: 'sync', authorization: { id: 'cmp_shop' } })
  const headers = { ...appHeaders(body, at, secret), 'x-front-challenge': word }
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })
    const text = await answer.text()
    return answer.ok && (text === word || (JSON.parse(text) as { challenge?: string }).challenge === word)
  } catch {
    return false
  }
}

function appHeaders(body: string, at: Date, secret: string): { [name: string]: string } {
  const timestamp = String(at.getTime())
  return {
    'content-type': 'application/json',
    'x-front-request-timestamp': timestamp,
    'x-front-signature': createHmac('sha256', secret).update(`${timestamp}:${body}`).digest('base64'),
  }
}

function ruleHeaders(body: string, secret: string): { [name: string]: string } {
  const signature = createHmac('sha1', secret).update(body).digest('base64')
  return { 'content-type': 'application/json', 'x-front-signature': signature }
}

function anHourAgo(at: Date): Date {
  return new Date(at.getTime() - hourMs)
}
