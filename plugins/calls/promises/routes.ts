import { Conflict, NotFound, route, z, type Hub, type Route, type StaffId } from '@switchboard/core'
import { tell, type Keeper } from './keep.ts'
import { PromiseShown, showPromise } from './show.ts'
import { changePromise, listPromises, readPromise, type Change } from './store.ts'

/** Looking at promises, and what people change about them by hand. */
export function promiseRoutes({ store, port }: Pick<Hub, 'store' | 'port'>, keeper: Keeper): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/promises',
      summary: 'Who waits for us to call back, in the order in which they began to wait',
      access: 'agent',
      query: z.object({
        state: z.enum(['open', 'closed', 'all']).default('open'),
        owner: z.uuid().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(200),
      }),
      answer: z.object({ items: z.array(PromiseShown) }),
      handle: async ({ query: { state, owner, limit } }) => ({
        items: (await store.read(tx => listPromises(tx, { state, ownerId: owner, limit }))).map(showPromise),
      }),
    }),
    route({
      method: 'POST',
      path: '/api/promises/:id',
      summary: 'Close a promise by hand, saying why; hand it to somebody; or move its due time',
      access: 'agent',
      params: z.object({ id: z.uuid() }),
      body: Wish,
      answer: PromiseShown,
      handle: ({ params, body, principal }) =>
        store.transact(async tx => {
          const by = principal?.name ?? 'somebody'
          const { owner, done, dueAt } = body
          if (owner && !(await port('roster').find(tx, { id: owner as StaffId })))
            throw new NotFound('this member of staff')
          const change: Change = {
            ownerId: owner as StaffId | null | undefined,
            dueAt: dueAt === undefined ? undefined : new Date(dueAt),
          }
          if (done !== undefined) change.doneBecause = `${by}: ${done}`
          const promise = await changePromise(tx, params.id, change, keeper.now())
          if (!promise)
            throw (await readPromise(tx, params.id)) ? new Conflict('it is closed') : new NotFound('this promise')
          await tell(keeper, tx, promise)
          return showPromise(promise)
        }),
    }),
  ]
}

const Wish = z
  .object({
    done: z.string().trim().min(1).max(500).optional().meta({ description: 'why nothing is left to be done' }),
    owner: z.uuid().nullable().optional(),
    dueAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(wish => Object.values(wish).some(value => value !== undefined), 'give done, owner or dueAt')
