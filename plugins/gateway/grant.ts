import type { Role, StaffId, Tx, Hub } from '@switchboard/core'
import { closings, type Closing } from './protocol.ts'

/** What a connection rests on: whose it is, their role, and the sign-in or API key that its ticket was asked for with. */
export interface Grant {
  staffId: StaffId
  role: Role
  /** Null for a ticket whose maker named no sign-in: it then rests on the person alone. */
  grantId: string | null
  /** When the token ends; null: never. */
  endsAt: Date | null
}

/** What is wrong with each grant that no longer holds: the sign-in or key is over, the person is shut out, or has another role. */
export async function fallen(hub: Hub, tx: Tx, grants: readonly Grant[]): Promise<Map<Grant, Closing>> {
  const ids = [...new Set(grants.flatMap(({ grantId }) => grantId ?? []))]
  const ended = new Set(ids.length > 0 ? await hub.port('auth').ended?.(tx, ids) : [])
  const roles = new Map((await hub.port('roster').onDuty(tx)).map(({ id, role }) => [id, role]))
  const wrong = new Map<Grant, Closing>()
  for (const grant of grants) {
    const role = roles.get(grant.staffId)
    if (role === undefined) wrong.set(grant, closings.shutOut)
    else if (grant.grantId !== null && ended.has(grant.grantId)) wrong.set(grant, closings.signedOut)
    else if (role !== grant.role) wrong.set(grant, closings.roleChanged)
  }
  return wrong
}
