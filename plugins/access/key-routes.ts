import { NotFound, route, z, type Route } from '@switchboard/core'
import { RoleName, type Access } from './routes.ts'
import { insertKey, readKeys, revokeKey } from './store.ts'
import { hashToken, newToken } from './token.ts'

const Key = z.object({
  id: z.string(),
  name: z.string(),
  role: RoleName,
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})

/** The keys of programs. */
export function keyRoutes({ hub, auth }: Access): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/keys',
      summary: 'Makes an API key, which is shown this once',
      access: 'admin',
      isSecret: true,
      body: z.object({ name: z.string().trim().min(1).max(200), role: RoleName }),
      answer: z.object({ id: z.string(), name: z.string(), role: RoleName, key: z.string() }),
      status: 201,
      handle: async ({ body }) => {
        const key = newToken('key')
        const { id } = await hub.store.transact(tx => insertKey(tx, { ...body, hash: hashToken(key) }, hub.now()))
        return { id, ...body, key }
      },
    }),
    route({
      method: 'GET',
      path: '/api/keys',
      summary: 'Every API key, the newest first; never the key itself',
      access: 'admin',
      answer: z.object({ items: z.array(Key) }),
      handle: async () => {
        const keys = await hub.store.read(readKeys)
        const items = keys.map(({ createdAt, lastUsedAt, revokedAt, ...rest }) => ({
          ...rest,
          createdAt: createdAt.toISOString(),
          lastUsedAt: lastUsedAt?.toISOString() ?? null,
          revokedAt: revokedAt?.toISOString() ?? null,
        }))
        return { items }
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/keys/:id',
      summary: 'Ends an API key',
      access: 'admin',
      params: z.object({ id: z.uuid() }),
      handle: async ({ params }) => {
        if (!(await hub.store.transact(tx => revokeKey(tx, params.id, hub.now())))) throw new NotFound('this API key')
        auth.forget(params.id)
      },
    }),
  ]
}
