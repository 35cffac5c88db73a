import { command, z, type GatewayCommand } from '@switchboard/core'
import { commandShapes } from './protocol-commands.ts'
import { exampleFrame, exampleOf, helloExample, jsonSchemaOf } from './protocol-examples.ts'
import { ClientFrame, FrameId, HelloFrame, ReplyFrame, serverData, type ServerType } from './protocol.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** One kind of frame in the document. */
export interface Message {
  name: string
  title: string
  summary: string
  payload: object
  examples: { payload: unknown }[]
}

/** An AsyncAPI 3 document, as far as we write one. */
export interface AsyncApi {
  asyncapi: '3.0.0'
  info: { title: string; version: string; description: string }
  defaultContentType: string
  servers: object
  channels: { gateway: { address: string; title: string; messages: Record<string, object> } }
  operations: Record<string, object>
  components: { messages: Record<string, Message> }
}

/** What each frame of the server is for. */
export const purposes: Readonly<Record<ServerType, string>> = {
  welcome:
    'The first frame. Does not count. `calls`, `presence` and `threads` are as of now; frames after `seq` follow.',
  reset:
    'Comes after `welcome`. Does not count. What you missed cannot be told: forget what you knew, go by the welcome.',
  notice: 'Does not count. The hub goes away and will close with 1012: come back after so many milliseconds.',
  'call.ringing': 'Your phone rings, with all that is known of who calls. Only those who are rung get it.',
  'call.state':
    'A call that concerns you moved. When you are not in `with`, or `state` is `Hungup`, it is over for you.',
  'call.answered': 'You answered, on this device. Your other devices hear `call.answeredElsewhere`.',
  'call.answeredElsewhere': 'It rang you too, and `by` was quicker: a colleague, or you on another device.',
  'call.missed': 'A call for you ended before anybody answered.',
  'message.received': 'Somebody wrote. Whoever owns the conversation gets it, or everybody while nobody does.',
  'message.sent':
    'You wrote, on any of your devices; or somebody did from the vendor’s own inbox, and whoever owns the conversation gets it. How far it comes is told by `message.changed`.',
  'message.changed': 'How far a message of yours has come, or why it did not arrive. Whoever sent it gets it.',
  'thread.changed': 'A conversation was read, taken, handed over, or given to its person.',
  'reminder.due': 'What you wanted to be reminded of.',
  'presence.changed': 'Somebody can be rung, or no longer. Everybody gets it.',
  'promise.changed': 'Somebody is to be called back, or no longer.',
  'alert.changed': 'Something needs somebody to look at it, or is over. Managers get it.',
}

/** What every connection can do, whatever parts are on. */
const renew = command({
  name: 'session.renew',
  summary: 'Stay connected when the token ends: with another ticket of yours, from a newer token',
  access: 'viewer',
  input: commandShapes['session.renew'].data,
  answer: commandShapes['session.renew'].answer,
  handle: async () => ({}),
})

const ping = command({
  name: 'ping',
  summary: 'Hear whether the line is alive. Answered at once, and by nothing else than the connection itself',
  access: 'viewer',
  input: z.object({}),
  answer: z.object({}),
  handle: async () => ({}),
})

/** Describes everything that goes over the gateway, from the schemas that check it. `url` is where clients connect to. */
export function asyncApi(
  commands: Iterable<GatewayCommand>,
  { url, version }: { url: string; version: string },
): AsyncApi {
  const all = [...commands, ping, renew].toSorted((one, other) => one.name.localeCompare(other.name))
  const messages: Record<string, Message> = {
    hello: hello(),
    ...Object.fromEntries((Object.keys(serverData) as ServerType[]).map(type => [type, told(type)])),
    ...Object.fromEntries(
      all.flatMap(each => [[each.name, asked(each)] as const, [`${each.name}.reply`, answered(each)] as const]),
    ),
    error: refused(),
  }
  const { host, protocol, pathname } = new URL(url)
  return {
    asyncapi: '3.0.0',
    info: { title: 'Switchboard gateway', version, description: 'Version 1 of the protocol. To read: /docs/gateway' },
    defaultContentType: 'application/json',
    servers: { hub: { host, protocol: protocol.replace(':', '') } },
    channels: {
      gateway: {
        address: pathname,
        title: 'One WebSocket, JSON text frames',
        messages: Object.fromEntries(Object.keys(messages).map(key => [key, { $ref: `#/components/messages/${key}` }])),
      },
    },
    operations: operationsOf(all),
    components: { messages },
  }
}

/** From where the hub stands: it receives the hello and the commands, and sends the rest. */
function operationsOf(commands: readonly GatewayCommand[]): Record<string, object> {
  const channel = { $ref: '#/channels/gateway' }
  const refs = (...keys: string[]) => keys.map(key => ({ $ref: `#/channels/gateway/messages/${key}` }))
  return {
    hello: { action: 'receive', channel, messages: refs('hello'), reply: { channel, messages: refs('welcome') } },
    tell: { action: 'send', channel, messages: refs(...Object.keys(serverData)) },
    ...Object.fromEntries(
      commands.map(({ name, summary }) => [
        name,
        {
          ...{ action: 'receive', summary, channel, messages: refs(name) },
          reply: { channel, messages: refs(`${name}.reply`, 'error') },
        },
      ]),
    ),
  }
}

function hello(): Message {
  const summary =
    'Your first frame, within 5 s. With `epoch` and `seq` of an earlier connection, what you missed follows.'
  return message('hello', summary, jsonSchemaOf(HelloFrame), helloExample)
}

function told(type: ServerType): Message {
  const payload = envelope({
    seq: { type: 'integer', minimum: 0 },
    type: { const: type },
    at: { type: 'string', format: 'date-time' },
    data: jsonSchemaOf(serverData[type]),
  })
  return message(type, purposes[type], payload, exampleFrame(type))
}

function asked({ name, summary, access, input }: GatewayCommand): Message {
  const { id } = ClientFrame.shape
  const payload = envelope({ id: jsonSchemaOf(id), type: { const: name }, data: jsonSchemaOf(input) })
  return message(name, `${summary}. Needs the role ${access}.`, payload, {
    ...{ id: 'c1', type: name },
    data: exampleOf(input),
  })
}

function answered({ name, answer }: GatewayCommand): Message {
  const data = answer ? jsonSchemaOf(answer) : { type: 'object' }
  const payload = envelope({ re: jsonSchemaOf(FrameId), ok: { const: true }, data })
  return message(`${name}.reply`, `${name} was done.`, payload, {
    ...{ re: 'c1', ok: true },
    data: answer ? exampleOf(answer) : {},
  })
}

function refused(): Message {
  const [, error] = ReplyFrame.options
  const example = { re: 'c1', ok: false, error: { code: 'answered_elsewhere', message: 'Robin was quicker' } }
  return message('error', 'Any command may be refused with this.', jsonSchemaOf(error), example)
}

function envelope(properties: Record<string, object>): JsonSchema {
  return { type: 'object', properties: properties as never, required: Object.keys(properties) }
}

function message(name: string, summary: string, payload: object, example: unknown): Message {
  return { name, title: name, summary, payload, examples: [{ payload: example }] }
}
