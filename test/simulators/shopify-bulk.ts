import { randomOf, seedOf } from './random.ts'
import type { SimulatorReply } from './server.ts'
import { fieldsOf, textOf } from './shopify-question.ts'
import {
  rowsOf,
  shownNode,
  type BulkWish,
  type CollectionName,
  type Operation,
  type ShopBulk,
  type ShopState,
} from './shopify-state.ts'

/** Bulk operations by the given clock. */
export function bulkOf(seed: number, now: () => Date): ShopBulk {
  const random = randomOf(seedOf(seed, 'bulk'))
  const begun = new Map<string, Operation>()
  let settings: Required<BulkWish> = { takesMs: 0, outcome: 'COMPLETED', isBusy: false, host: null }
  let isExpired = false
  const isRunning = ({ doneAt }: Operation): boolean => doneAt > now()
  return {
    begun,
    set: wish => void (settings = { ...settings, ...wish }),
    expire: () => void (isExpired = true),
    run(state, question) {
      const inner = { query: textOf(question.variables?.['query']) ?? '' }
      const of = (['orders', 'customers'] as const).find(name => fieldsOf(inner, name).length > 0)
      const running = [...begun].find(([, operation]) => isRunning(operation))
      if (settings.isBusy || running)
        return refused(
          `A bulk query operation for this app and shop is already in progress: ${running?.[0] ?? 'gid://shopify/BulkOperation/1'}.`,
        )
      if (!of) return refused('Bulk queries must contain at least one connection.')
      const id = `gid://shopify/BulkOperation/${4_000_000_000_000 + begun.size}`
      const createdAt = new Date(Math.floor(now().getTime() / 1000) * 1000)
      const doneAt = new Date(now().getTime() + settings.takesMs)
      begun.set(id, { of, createdAt, doneAt, key: String(random.int(1e8, 2e9)), file: fileOf(state, of) })
      return { data: { bulkOperationRunQuery: { bulkOperation: { id, status: 'CREATED' }, userErrors: [] } } }
    },
    look(id, host) {
      const operation = begun.get(id)
      if (!operation) return null
      const status = isRunning(operation) ? 'RUNNING' : settings.outcome
      const url = `http://${settings.host ?? host}/bulk/${operation.key}.jsonl`
      return { __typename: 'BulkOperation', id, status, ...resultOf(operation, status, url) }
    },
    file({ params, headers }) {
      const operation = [...begun.values()].find(({ key }) => `${key}.jsonl` === params['file'])
      return operation && !isExpired ? ranged(operation.file, headers['range']) : { status: 403, body: 'expired' }
    },
  }
}

function resultOf({ createdAt, doneAt, file }: Operation, status: string, url: string): object {
  const isComplete = status === 'COMPLETED'
  const count = file === '' ? 0 : file.trimEnd().split('\n').length
  return {
    createdAt: createdAt.toISOString(),
    completedAt: status === 'RUNNING' ? null : doneAt.toISOString(),
    errorCode: status === 'FAILED' ? 'INTERNAL_SERVER_ERROR' : null,
    objectCount: String(status === 'RUNNING' ? 0 : count),
    fileSize: isComplete && file !== '' ? String(file.length) : null,
    url: isComplete && file !== '' ? url : null,
    partialDataUrl: status === 'FAILED' ? url : null,
  }
}

function refused(message: string): object {
  return { data: { bulkOperationRunQuery: { bulkOperation: null, userErrors: [{ field: null, message }] } } }
}

/** The rows as they are when the operation begins, in no order that means anything. */
function fileOf(state: ShopState, of: CollectionName): string {
  const rows = rowsOf(state, of).sort((one, other) => (one.gid < other.gid ? -1 : 1))
  return rows.map(row => `${asciiJson(shownNode(row, state))}\n`).join('')
}

function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `Range: bytes=0-99` is answered with 206 and those bytes. */
function ranged(file: string, range: string | undefined): SimulatorReply {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  const headers = { 'content-type': 'application/jsonl' }
  if (first === undefined || last === undefined) return { headers, body: file }
  if (Number(first) >= file.length) return { status: 416, headers: { 'content-range': `bytes */${file.length}` } }
  const end = Math.min(Number(last), file.length - 1)
  const told = { ...headers, 'content-range': `bytes ${first}-${end}/${file.length}` }
  return { status: 206, headers: told, body: file.slice(Number(first), end + 1) }
}
