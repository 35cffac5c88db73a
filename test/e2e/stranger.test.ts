import { identityOf, type StaffId } from '@switchboard/core'
import { commandShapes, type CommandName } from '@switchboard/gateway/protocol-commands'
import { jsonSchemaOf } from '@switchboard/gateway/protocol-examples'
import { openProxy, type TestProxy } from '@switchboard/gateway/test-proxy'
import { Ajv } from 'ajv'
import t, { type Test } from 'tap'
import { password, startHubProcess, type HubProcess } from './hub-process.ts'
import { startOutsideVendor } from './outside-vendor.ts'
import { ask, connectPhone, signIn, type Frame } from './phone.ts'

/** What a stranger reads: the page, and the document for programs. */
interface Reading {
  /** The program that the page shows. */
  program: string
  /** The example of a frame that the page shows, as JSON. */
  example(name: string): Record<string, unknown>
  /** Whether a frame is as the document says. @returns what is wrong with it */
  wrongWith(frame: Frame): string | null
  /** What the document says of each command: the schema of its data, and of its answer's. */
  commands: Map<string, { data: unknown; answer: unknown }>
}

interface Document {
  components: { messages: Record<string, { payload: { properties: { data?: unknown } } }> }
}

const plain = (text = ''): string => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))

async function read(url: string): Promise<Reading> {
  const page = await (await fetch(`${url}/docs/gateway`)).text()
  const { messages } = ((await (await fetch(`${url}/asyncapi.json`)).json()) as Document).components
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const names = Object.keys(messages).filter(name => `${name}.reply` in messages)
  const schemaOf = (name: string): unknown => messages[name]?.payload.properties.data
  return {
    program: plain(/<pre class="program">([^<]*)<\/pre>/.exec(page)?.[1]),
    example: name => {
      const [, section = ''] = new RegExp(`<section id="${name}">([^]*?)</section>`).exec(page) ?? []
      return JSON.parse(plain(/<pre class="example">([^<]*)</.exec(section)?.[1])) as Record<string, unknown>
    },
    wrongWith: frame => {
      const schema = messages[frame.type ?? 'error']?.payload
      if (frame.ok === true) return null
      if (!schema) return `there is no ${frame.type} in the document`
      return ajv.validate(schema, frame) ? null : `${frame.type}: ${ajv.errorsText()}`
    },
    commands: new Map(names.map(name => [name, { data: schemaOf(name), answer: schemaOf(`${name}.reply`) }])),
  }
}

const AsyncFunction = (async () => undefined).constructor as new (
  ...names: string[]
) => (...values: unknown[]) => Promise<unknown>

/** The program of the page, run as it is, over a line that can be cut. */
async function run(t: Test, { program }: Reading, { url, proxy }: { url: string; proxy: TestProxy }) {
  const frames: Frame[] = []
  const line: { socket: WebSocket | null; isOver: boolean } = { socket: null, isOver: false }
  class ThroughProxy extends WebSocket {
    constructor(url: string) {
      super(proxy.through(url))
      line.socket = this
    }
  }
  const again = (work: () => void): unknown => (line.isOver ? null : setTimeout(work, 50))
  const given = {
    ...{ hub: url, email: 'alex@demo.example', password, hear: (frame: Frame) => void frames.push(frame) },
    ...{ WebSocket: ThroughProxy, setTimeout: again },
  }
  t.teardown(() => {
    line.isOver = true
    line.socket?.close(1000)
  })
  await new AsyncFunction(...Object.keys(given), `${program}\nreturn connect()`)(...Object.values(given))
  const heard = async (fits: (frame: Frame) => boolean): Promise<Frame> => {
    for (;;) {
      const found = frames.find(fits)
      if (found) return found
      await new Promise(wake => setTimeout(wake, 20))
    }
  }
  return {
    frames,
    heard,
    tell: (frame: object) => line.socket?.send(JSON.stringify(frame)),
    state: (name: string) => heard(({ type, data }) => type === 'call.state' && data?.['state'] === name),
  }
}

/** The parts of a schema that say what is taken: words and examples left out, and what was put together from parts as one. */
function shapeOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shapeOf)
  if (typeof schema !== 'object' || schema === null) return schema
  const { allOf, description: _d, examples: _e, format: _f, ...rest } = schema as Record<string, unknown>
  const parts = [rest, ...((allOf as Record<string, unknown>[] | undefined) ?? [])]
  const merged = parts.reduce<Record<string, unknown>>(
    (all, part) => ({
      ...{ ...all, ...part },
      ...('properties' in part || 'properties' in all
        ? { properties: { ...(all['properties'] as object), ...(part['properties'] as object) } }
        : {}),
      ...(part['required']
        ? { required: [...((all['required'] as string[]) ?? []), ...(part['required'] as string[])] }
        : {}),
    }),
    {},
  )
  return Object.fromEntries(Object.entries(merged).map(([key, value]) => [key, shapeOf(value)]))
}

t.test('a client made from the protocol page alone takes calls, and misses nothing', { timeout: 280_000 }, async t => {
  const vendor = await startOutsideVendor(t.testdir())
  const hub: HubProcess = await startHubProcess(vendor.variables)
  const proxy = await openProxy()
  t.teardown(async () => {
    await hub.end('SIGKILL')
    await proxy.close()
    await vendor.close()
  })
  const page = await read(hub.url)
  const token = await signIn(hub.url, 'alex@demo.example', password)
  const me = await ask<{ id: StaffId }>(hub.url, '/api/me', token)
  const softphone = vendor.twilio.softphone(identityOf(me.id))
  const stranger = await run(t, page, { url: hub.url, proxy })
  let count = 0
  /** Sends the example that the page shows of a command, about this call. */
  const give = async (type: string, about: object): Promise<Frame> => {
    const id = `stranger-${++count}`
    const { data, ...example } = page.example(type)
    stranger.tell({ ...example, id, data: { ...(data as object), ...about } })
    return stranger.heard(({ re }) => re === id)
  }

  await t.test('what the page says of each command is what the typed client takes it for', async t => {
    for (const [name, shape] of page.commands) {
      const known = commandShapes[name as CommandName]
      if (!known) continue
      t.same(shapeOf(shape.data), shapeOf(jsonSchemaOf(known.data)), `${name} takes`)
      t.same(shapeOf(shape.answer), shapeOf(jsonSchemaOf(known.answer)), `${name} is answered with`)
    }
    const missing = Object.keys(commandShapes).filter(name => name.startsWith('call.') && !page.commands.has(name))
    t.same(missing, [], 'and every command about calls is there')
  })

  let callId = ''
  await t.test('its phone rings and shows the card; it answers and holds', async t => {
    t.match(await stranger.heard(({ type }) => type === 'welcome'), { data: { version: 1, isResumed: false } })
    const customer = vendor.twilio.ring({ from: '+61491570156' })
    const { data } = await stranger.heard(({ type }) => type === 'call.ringing')
    const { call, caller } = data as { call: { id: string }; caller: { displayName: string; orders: unknown[] } }
    callId = call.id
    t.ok(caller.displayName)
    t.equal(caller.orders.length, 3)
    t.match(await give('call.answer', { callId }), { ok: true, data: { callId } })
    while (!softphone.answer()) await new Promise(wake => setTimeout(wake, 50))
    await stranger.state('AllInConference')
    t.match(await give('call.hold', { callId, on: true }), { ok: true, data: { state: 'AllInConference' } })
    const shown = await ask<{ legs: { isHeld: boolean }[] }>(hub.url, `/api/calls/${callId}`, token)
    t.ok(
      shown.legs.some(({ isHeld }) => isHeld),
      'the caller hears music',
    )
    t.ok(customer.view())
    t.match(await give('call.hold', { callId, on: false }), { ok: true })
  })

  await t.test('it loses its line, and is told what happened meanwhile, in order', async t => {
    const other = await connectPhone(hub.url, await signIn(hub.url, 'sam@demo.example', password))
    const before = stranger.frames.length
    proxy.cut()
    const said = ['dnd', 'away', 'busy', 'available']
    for (const presence of said) await other.send('presence.set', { presence })
    const back = await stranger.heard(frame => stranger.frames.indexOf(frame) >= before && frame.type === 'welcome')
    t.match(back, { data: { isResumed: true, calls: [{ call: { id: callId, isRinging: false } }] } })
    const isSams = ({ type, data }: Frame): boolean => type === 'presence.changed' && data?.['isConnected'] === true
    const missed = (): unknown[] =>
      stranger.frames
        .slice(before)
        .filter(isSams)
        .map(({ data }) => data?.['presence'])
    await stranger.heard(frame => isSams(frame) && frame.data?.['presence'] === 'available' && missed().length >= 4)
    t.same(missed().slice(-4), said)
    other.close()
  })

  await t.test('it hangs up, and every frame it heard was as the document says', async t => {
    t.match(await give('call.hangup', { callId }), { ok: true })
    await stranger.state('Hungup')
    t.match(await give('call.hangup', { callId: me.id }), { ok: false, error: { code: 'not_found' } })
    t.match(await give('ping', {}), { ok: true })
    stranger.tell({ id: 'x', type: 'call.teleport', data: {} })
    t.match(await stranger.heard(({ re }) => re === 'x'), { error: { code: 'unknown_type' } })
    t.same(
      stranger.frames.flatMap(frame => page.wrongWith(frame) ?? []),
      [],
    )
    const counted = stranger.frames.filter(({ type }) => type && !['welcome', 'reset', 'notice'].includes(type))
    const [first] = counted
    t.same(
      counted.map(({ seq }) => seq),
      counted.map((_, index) => (first?.seq ?? 0) + index),
      'and none was missing or came twice',
    )
  })
})
