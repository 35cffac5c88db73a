import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError, z } from '@switchboard/core'
import { readAddress } from './address.ts'

/** The API of the hub that runs from a DATA_DIR, with the key it left there for commands of the same machine. */
export interface Api {
  url: string
  /** @throws HubError with what the hub said, when it refused */
  ask<T>(method: 'GET' | 'POST', path: string, answer: z.ZodType<T>, body?: object): Promise<T>
}

const problem = z.object({ detail: z.string().optional(), title: z.string().optional() })

/** @throws HubError unavailable when no hub runs from this DATA_DIR */
export async function localApi(dataDir: string): Promise<Api> {
  const { url } = await readAddress(dataDir)
  const key = (await readFile(join(dataDir, 'cli-key'), 'utf8')).trim()
  return {
    url,
    ask: async (method, path, answer, body) => {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }).catch((cause: unknown) => {
        throw new HubError('unavailable', `the hub at ${url} does not answer`, { cause })
      })
      const text = await response.text()
      const said: unknown = text ? JSON.parse(text) : undefined
      if (response.ok) return answer.parse(said)
      const { detail, title } = problem.parse(said)
      throw new HubError('unavailable', detail ?? title ?? `the hub answered ${response.status}`)
    },
  }
}
