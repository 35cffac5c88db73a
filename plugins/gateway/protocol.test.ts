import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { test } from 'tap'
import { asyncApi, type AsyncApi } from './asyncapi.ts'
import { protocolPage } from './page.ts'
import { commandShapes } from './protocol-commands.ts'
import { exampleFrame, jsonSchemaOf } from './protocol-examples.ts'
import {
  AnyServerFrame,
  ClientFrame,
  closings,
  HelloFrame,
  protocolVersions,
  ReplyFrame,
  serverData,
  versionFor,
  type ServerType,
} from './protocol.ts'
import { enter, open } from './test-client.ts'
import { started, type TestGateway } from './test-hub.ts'

const require = createRequire(import.meta.url)
const { default: addFormats } = (await import('ajv-formats')) as unknown as { default: { default(ajv: Ajv): void } }
const types = Object.keys(serverData) as ServerType[]
const about = { url: 'ws://127.0.0.1:3001/gateway', version: '1.0.0' }

/** Commands as parts register them, made from the shapes of version 1. */
const commands = Object.entries(commandShapes)
  .filter(([name]) => !['ping', 'session.renew'].includes(name))
  .map(([name, { data, answer }]) => ({
    ...{ name, summary: `Does ${name}`, access: 'agent' as const, input: data, answer },
    handle: async () => ({}),
  }))

async function get(gateway: TestGateway, path: string): Promise<unknown> {
  const route = gateway.parts.routes?.find(each => each.path === path)
  return route?.handle({ params: {}, query: {}, body: undefined } as never)
}

/** A checker for JSON Schema of draft 7 that knows formats. */
function checker(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv
}

test('/asyncapi.json is a valid AsyncAPI 3 document', async t => {
  const gateway = await started(t)
  const official = require.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json')
  const validate = checker().compile(JSON.parse(await readFile(official, 'utf8')) as object)
  const served = JSON.parse(JSON.stringify(await get(gateway, '/asyncapi.json'))) as AsyncApi
  t.equal(validate(served), true, JSON.stringify(validate.errors?.slice(0, 3)))
  t.ok('presence.set' in served.operations && 'test.echo' in served.operations, 'with the commands of every part')
  const broken = { ...served, channels: { gateway: { address: 1 } } }
  t.equal(validate(broken), false, 'and the check can fail')
})

test('every reference in the document leads somewhere', async t => {
  const document = asyncApi(commands, about)
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
  t.ok(refs.length > 50)
  const at = (path: string): unknown =>
    path.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)
  t.same(
    refs.filter(path => at(path) === undefined),
    [],
  )
})

test('the document shows an example of every frame, which fits the schema beside it', async t => {
  const { messages } = asyncApi(commands, about).components
  const ajv = checker()
  for (const { name, payload, examples } of Object.values(messages)) {
    const validate = ajv.compile(payload)
    t.equal(validate(examples[0]?.payload), true, `${name}: ${JSON.stringify(validate.errors?.[0])}`)
  }
})

test('the examples are read by the schemas that the hub reads with', async t => {
  const { messages } = asyncApi(commands, about).components
  const exampleIn = (name: string): unknown => messages[name]?.examples[0]?.payload
  for (const type of types) {
    t.same(AnyServerFrame.parse(exampleIn(type)), exampleFrame(type), type)
    t.same(exampleIn(type), exampleFrame(type))
  }
  t.ok(HelloFrame.safeParse(exampleIn('hello')).success)
  for (const [name, { data, answer }] of Object.entries(commandShapes)) {
    const asked = ClientFrame.parse(exampleIn(name))
    t.ok(data.safeParse(asked.data).success, name)
    const replied = ReplyFrame.parse(exampleIn(`${name}.reply`))
    t.ok(replied.ok && answer.safeParse(replied.data).success, `the reply to ${name}`)
  }
  t.match(ReplyFrame.parse(exampleIn('error')), { ok: false })
})

test('the page shows every frame with its example, every close code and version, and loads nothing', async t => {
  const document = asyncApi(commands, about)
  const page = protocolPage(document)
  for (const { name, examples } of Object.values(document.components.messages)) {
    if (!name.endsWith('.reply')) t.ok(page.includes(`id="${name}"`), name)
    t.ok(
      examplesOn(page).some(shown => JSON.stringify(shown) === JSON.stringify(examples[0]?.payload)),
      name,
    )
  }
  for (const { code } of Object.values(closings)) t.ok(page.includes(`<code>${code}</code>`), String(code))
  t.ok(page.includes(`speaks ${protocolVersions.join(', ')}`))
  t.notMatch(page, /src=|@import|url\(|href="(?!#|\/)/)
  t.match(page, /color-scheme:light dark/)
})

/** The frames on a page, read as JSON. */
function examplesOn(page: string): unknown[] {
  return [...page.matchAll(/<pre class="example">([^<]*)<\/pre>/g)].map(([, text = '']) => {
    const plain = text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    return JSON.parse(plain) as unknown
  })
}

test('the page is served to anybody', async t => {
  const gateway = await started(t)
  const route = gateway.parts.routes?.find(({ path }) => path === '/docs/gateway')
  t.match(route, { access: 'public', media: 'text/html' })
  t.match(await get(gateway, '/docs/gateway'), /presence\.set/)
})

test('the highest version that both speak is spoken', async t => {
  t.equal(versionFor(undefined), 1)
  t.equal(versionFor([1]), 1)
  t.equal(versionFor([3, 1, 2]), 1)
  t.equal(versionFor([2, 3]), null)
  t.equal(versionFor([]), null)
})

test('a client that speaks no version of ours is told which there are', async t => {
  const gateway = await started(t)
  const { sam } = gateway.staff
  const client = await open((await gateway.ticket(sam.id)).url)
  client.send({ type: 'hello', data: { ticket: (await gateway.ticket(sam.id)).ticket, versions: [7, 8] } })
  t.match(await client.closed, { code: 4006, reason: /version.*1/ })
})

test('a client of tomorrow is welcomed in the version of today, and what it adds is ignored', async t => {
  const gateway = await started(t)
  const { ticket, url } = await gateway.ticket(gateway.staff.sam.id)
  const client = await open(url)
  client.send({ type: 'hello', data: { ticket, versions: [1, 2], language: 'en' }, trace: 'x' })
  t.match((await client.next('welcome')).data, { version: 1 })
  client.send({ id: 1, type: 'presence.set', data: { presence: 'away', mood: 'fine' }, priority: 3 })
  t.same(await client.nextReply(), { re: 1, ok: true, data: { presence: 'away' } })
  client.close(1000)
})

test('a ping is answered', async t => {
  const gateway = await started(t)
  const client = await enter(await gateway.ticket(gateway.staff.sam.id))
  await client.next('welcome')
  t.same(await client.ask('ping'), { re: 'a1', ok: true, data: {} })
  client.close(1000)
})

test('fields that nobody knows change nothing about a frame', async t => {
  const known = new Set(['type', 'data', 'id', 'ticket', 'versions', 'epoch', 'seq', '__proto__'])
  const extra = fc.dictionary(
    fc.string().filter(key => !known.has(key)),
    fc.jsonValue(),
  )
  const hello = { type: 'hello', data: { ticket: 't', seq: 3 } }
  fc.assert(
    fc.property(extra, extra, (outside, inside) => {
      const more = { ...outside, ...hello, data: { ...inside, ...hello.data } }
      return JSON.stringify(HelloFrame.parse(more)) === JSON.stringify(HelloFrame.parse(hello))
    }),
  )
  for (const [name, { data }] of Object.entries(commandShapes)) {
    const example = asyncApi(commands, about).components.messages[name]?.examples[0]?.payload as { data: object }
    t.same(data.parse({ ...example.data, unknownField: 1 }), data.parse(example.data), name)
  }
})

test('a schema is shown as JSON Schema that lets unknown fields be', async t => {
  t.notMatch(JSON.stringify(jsonSchemaOf(commandShapes['call.hold'].data)), /additionalProperties/)
})
