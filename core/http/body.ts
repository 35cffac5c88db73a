import type { IncomingMessage } from 'node:http'
import getRawBody from 'raw-body'
import { HubError, messageOf } from '../model/errors.ts'

/** The longest body anybody may send us, in bytes. */
export const bodyLimit = 1024 * 1024

/**
 * The raw bytes of a request, read once.
 * @throws HubError body_too_large over 1 MiB, bad_body when the sender broke off
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  try {
    return await getRawBody(request, { length: request.headers['content-length'] ?? null, limit: bodyLimit })
  } catch (error) {
    if (Reflect.get(Object(error), 'type') === 'entity.too.large')
      throw new HubError('body_too_large', `a body may have ${bodyLimit} bytes at the most`, { cause: error })
    throw new HubError('bad_body', `the body did not arrive: ${messageOf(error)}`, { cause: error })
  }
}

/** The JSON in a body; undefined when there is no body. @throws HubError bad_body when it is something else */
export function parseJsonBody(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length === 0) return undefined
  if (contentType !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(contentType))
    throw new HubError('bad_body', 'send JSON, with content-type: application/json')
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw new HubError('bad_body', `the body is not JSON: ${messageOf(error)}`, { cause: error })
  }
}
