import { z, type ZodType } from 'zod'
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import { codes, type Code } from '../model/errors.ts'
import type { Route } from '../ports/plugin.ts'
import { problemType } from './problem.ts'

/** An OpenAPI 3.1 document. */
export type ApiDocument = ReturnType<typeof createDocument>

/** A problem as the API answers it; the same shape as `Problem`. */
const ProblemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(codes) as [Code, ...Code[]]),
    detail: z.string().meta({ description: 'Says what to do.' }),
    requestId: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

/** Describes every route, from the same schemas that check what comes in. */
export function openApi(routes: readonly Route[], about: { publicUrl: string; version: string }): ApiDocument {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) {
    const path = (paths[route.path.replace(/:(\w+)/g, '{$1}')] ??= {})
    path[route.method.toLowerCase() as 'get'] = operationOf(route)
  }
  const document = {
    openapi: '3.1.0' as const,
    info: { title: 'Switchboard', version: about.version },
    servers: [{ url: about.publicUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'An access token of a session, or an API key.',
        },
      },
      responses: {
        Problem: { description: 'What went wrong', content: { [problemType]: { schema: ProblemShape } } },
      },
    },
  } satisfies ZodOpenApiObject
  return createDocument(document, { override: showUnrepresentable, allowEmptySchema: anythingGoes })
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { summary, access, query, body } = route
  const isOpen = access === 'public'
  const isWrite = route.method !== 'GET'
  return {
    operationId: operationIdOf(route),
    summary,
    description: isOpen ? 'Open to everybody.' : `Needs the role ${access}.`,
    tags: [route.path.split('/').find(part => part !== '' && part !== 'api') ?? 'hub'],
    security: isOpen ? [] : [{ bearer: [] }],
    requestParams: {
      ...pathParamsOf(route),
      ...(query ? { query: query as Fields } : {}),
      ...(isWrite && !isOpen ? { header: IdempotencyKey } : {}),
    },
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: responsesOf(route),
  }
}

const IdempotencyKey = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .meta({ description: 'The same key acts once, and is answered the same for 24 h.' }),
})

/** `POST /api/profiles/:id/unmerge` is `postApiProfilesIdUnmerge`. */
function operationIdOf({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(word => word !== '')
  return method.toLowerCase() + words.map(word => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('')
}

/** A schema of named fields, as parameters are. */
type Fields = ZodType<unknown, Record<string, unknown>>

function pathParamsOf({ path, params }: Route): { path?: Fields } {
  if (params) return { path: params as Fields }
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, z.string()] as const)
  return names.length > 0 ? { path: z.object(Object.fromEntries(names)) } : {}
}

function responsesOf(route: Route): ZodOpenApiOperationObject['responses'] {
  const problem = { $ref: '#/components/responses/Problem' }
  const takesInput = route.params ?? route.query ?? route.body
  const good = route.answer
    ? {
        [String(route.status ?? 200)]: {
          description: 'Done',
          content: { [route.media ?? 'application/json']: { schema: route.answer } },
        },
      }
    : { [route.isRaw ? '200' : '204']: { description: route.isRaw ? 'Not JSON' : 'Done' } }
  return {
    ...(good as Record<`2${string}`, object>),
    ...(takesInput ? { '400': problem } : {}),
    ...(route.access === 'public' ? {} : { '401': problem, '403': problem }),
    default: problem,
  } as ZodOpenApiOperationObject['responses']
}

type Override = NonNullable<NonNullable<Parameters<typeof createDocument>[1]>['override']>

/** JSON has no dates: they are ISO text. */
const showUnrepresentable: Override = ({ jsonSchema, zodSchema }) => {
  if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
}

/** A schema that JSON Schema cannot say is shown as "anything", so that one odd route never hides the others. */
const anythingGoes = {
  bigint: true,
  custom: true,
  date: true,
  map: true,
  set: true,
  transform: true,
  undefined: true,
  void: true,
} as const
