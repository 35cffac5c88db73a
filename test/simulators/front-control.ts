import type { ContactWish, FrontDesk, HearWish } from './front-desk.ts'
import type { FrontWebhooks, RulePayload } from './front-webhooks.ts'
import { jsonOf, type SimulatorRequest, type SimulatorRoute } from './server.ts'

/** What the routes drive. */
type Driven = FrontDesk & Pick<FrontWebhooks, 'connect' | 'setRule'>

/**
 * `POST /simulator/messages`: somebody writes; with `"reply": true` and a `conversationId` a member of staff answers.
 * `POST /simulator/contacts`: a new contact; with an `id` that one changes. `POST /simulator/merges`: `{into, from: []}`.
 * `POST /simulator/webhooks` saves the application's webhook anew; with `rule` it sets what the rule sends.
 */
export function controlRoutes(run: Driven): SimulatorRoute[] {
  return [
    { method: 'POST', path: '/simulator/messages', handle: async request => ({ body: await messages(run, request) }) },
    { method: 'POST', path: '/simulator/contacts', handle: request => ({ body: contacts(run, request) }) },
    { method: 'POST', path: '/simulator/merges', handle: async request => ({ body: await merges(run, request) }) },
    { method: 'POST', path: '/simulator/webhooks', handle: async request => ({ body: await webhooks(run, request) }) },
  ]
}

async function messages(run: Driven, request: SimulatorRequest): Promise<object> {
  const { reply, ...wish } = (jsonOf(request) ?? {}) as HearWish & { reply?: boolean }
  const { message, conversationId, delivered } = reply
    ? run.reply(wish.conversationId ?? '', wish.text ?? 'Of course, see you then.')
    : run.hear(wish)
  return { id: message.id, uid: message.uid, conversationId, delivered: await delivered }
}

function contacts(run: Driven, request: SimulatorRequest): object {
  const { id, ...wish } = (jsonOf(request) ?? {}) as ContactWish & { id?: string }
  return run.changeContact(id ?? null, wish)
}

async function merges(run: Driven, request: SimulatorRequest): Promise<object> {
  const { into, from } = jsonOf(request) as { into: string; from: string[] }
  return { delivered: await run.merge(into, from) }
}

async function webhooks(run: Driven, request: SimulatorRequest): Promise<object> {
  const { rule } = (jsonOf(request) ?? {}) as { rule?: RulePayload }
  if (rule === undefined) return { isConnected: await run.connect() }
  run.setRule(rule)
  return { rule }
}
