import { z } from '@switchboard/core'
import { ask, type Shop } from './graphql.ts'

const installation = z.object({
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
})

/** What the app may do in the shop: the permission to write something counts as the one to read it. */
export async function grantedScopes(shop: Shop): Promise<ReadonlySet<string>> {
  const query = '{ currentAppInstallation { accessScopes { handle } } }'
  const { data } = await ask(shop, { query }, installation)
  const handles = data.currentAppInstallation.accessScopes.map(({ handle }) => handle)
  return new Set([...handles, ...handles.map(handle => handle.replace(/^write_/, 'read_'))])
}
