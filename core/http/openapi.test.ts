import t from 'tap'
import { z } from 'zod'
import { route } from '../hub/define.ts'
import type { Route } from '../ports/plugin.ts'
import { codes } from '../model/errors.ts'
import { docsPage } from './docs.ts'
import { openApi } from './openapi.ts'

const Money = z.object({ minor: z.int(), currency: z.string() }).meta({ id: 'Money' })
const handle = async (): Promise<never> => {
  throw new Error('is only described')
}

const routes: Route[] = [
  route({
    ...{ method: 'GET', path: '/api/orders/:id', summary: 'One order <b>', access: 'viewer', handle },
    params: z.object({ id: z.uuid() }),
    answer: z.object({ total: Money, placedAt: z.date(), odd: z.custom<symbol>() }),
  }),
  route({
    ...{ method: 'GET', path: '/api/orders', summary: 'Orders', access: 'viewer', handle },
    query: z.object({ limit: z.coerce.number().default(20), cursor: z.string().optional() }),
    answer: z.object({ orders: z.array(Money) }),
  }),
  route({
    ...{ method: 'POST', path: '/api/orders', summary: 'Place an order', access: 'agent', status: 201, handle },
    body: z.object({ total: Money }),
    answer: Money,
  }),
  route({ method: 'DELETE', path: '/api/orders/:id/lines/:line', summary: 'Drop a line', access: 'admin', handle }),
  route({
    method: 'POST',
    path: '/api/sessions',
    summary: 'Sign in',
    access: 'public',
    body: z.object({ a: z.string() }),
    handle,
  }),
] as Route[]

const document = openApi(routes, { publicUrl: 'https://hub.example', version: '1.2.3' })
interface Operation {
  operationId: string
  security: object[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: object
  responses: { [status: string]: object }
}
const operation = (method: string, path: string): Operation =>
  (document.paths as Record<string, Record<string, Operation>>)[path]?.[method] as Operation

/** Every value of `key` in a document. */
function everyRef(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : everyRef(inner)))
}

t.test('it is OpenAPI 3.1 about this hub', async t => {
  t.match(document, {
    openapi: '3.1.0',
    info: { title: 'Switchboard', version: '1.2.3' },
    servers: [{ url: 'https://hub.example' }],
  })
  t.same(JSON.parse(JSON.stringify(document)), document, 'and plain JSON')
})

t.test('every route is there once, under an id of its own', async t => {
  const ids = routes.map(
    ({ method, path }) => operation(method.toLowerCase(), path.replace(/:(\w+)/g, '{$1}')).operationId,
  )
  t.equal(new Set(ids).size, routes.length)
  t.equal(ids[3], 'deleteApiOrdersIdLinesLine')
})

t.test('every reference leads somewhere', async t => {
  const refs = new Set(everyRef(document))
  t.ok(refs.has('#/components/schemas/Problem'))
  t.ok(refs.has('#/components/schemas/Money'))
  for (const ref of refs) {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => Reflect.get(Object(at), key), document)
    t.type(target, 'object', ref)
  }
})

t.test('what is in a path is a parameter, described or not', async t => {
  const named = (method: string, path: string): string[] =>
    (operation(method, path).parameters ?? []).filter(({ in: place }) => place === 'path').map(({ name }) => name)
  t.same(named('get', '/api/orders/{id}'), ['id'])
  t.same(named('delete', '/api/orders/{id}/lines/{line}'), ['id', 'line'])
  t.match(operation('get', '/api/orders').parameters, [
    { name: 'limit', in: 'query', schema: { default: 20 } },
    { name: 'cursor', required: undefined },
  ])
})

t.test('what goes in and out is described, dates as text, oddities as anything', async t => {
  const order = operation('get', '/api/orders/{id}').responses['200']
  t.match(order, {
    content: { 'application/json': { schema: { properties: { placedAt: { type: 'string', format: 'date-time' } } } } },
  })
  t.match(operation('post', '/api/orders'), {
    requestBody: { required: true },
    responses: { 201: { description: /./ } },
  })
  t.match(operation('delete', '/api/orders/{id}/lines/{line}').responses, { 204: {}, 401: {}, 403: {} })
})

t.test('who may ask, and with which errors, is said of each', async t => {
  t.same(operation('get', '/api/orders').security, [{ bearer: [] }])
  t.same(operation('post', '/api/sessions').security, [])
  t.notOk('401' in operation('post', '/api/sessions').responses)
  t.match(document.components?.securitySchemes, { bearer: { type: 'http', scheme: 'bearer' } })
  t.match(document.components?.schemas?.['Problem'], { properties: { code: { enum: Object.keys(codes) } } })
})

t.test('only a write of somebody known takes an idempotency key', async t => {
  const takesKey = (method: string, path: string): boolean =>
    (operation(method, path).parameters ?? []).some(({ name }) => name === 'idempotency-key')
  t.equal(takesKey('post', '/api/orders'), true)
  t.equal(takesKey('get', '/api/orders'), false)
  t.equal(takesKey('post', '/api/sessions'), false)
})

t.test('the page shows every route and every error, loads nothing, and escapes what parts say', async t => {
  const page = docsPage(document)
  for (const { method, path } of routes)
    t.match(page, `<b>${method}</b> <code>${path.replace(/:(\w+)/g, '{$1}')}</code>`)
  for (const code of Object.keys(codes)) t.match(page, `<tr id="${code}">`)
  t.match(page, 'One order &#60;b&#62;')
  t.notMatch(page, /<script|<link|<img|src=|https?:\/\/(?!hub\.example)/)
})
