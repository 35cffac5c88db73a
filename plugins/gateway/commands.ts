import {
  atLeast,
  command,
  HubError,
  messageOf,
  z,
  type GatewayCommand,
  type Hub,
  type StaffId,
} from '@switchboard/core'
import { SettablePresence, type ClientFrame, type ReplyFrame } from './protocol.ts'

/** The gateway's own command: a person says whether they can be rung. */
export function presenceSet(hub: Hub): GatewayCommand {
  return command({
    name: 'presence.set',
    summary: 'Say whether you can be rung',
    access: 'agent',
    input: z.object({ presence: SettablePresence }),
    handle: async (staffId, { presence }) => {
      await hub.store.transact(tx => hub.port('roster').presence(tx, staffId, { set: presence }))
      return { presence }
    },
  })
}

/** Runs a client's command and answers it, whatever happens. */
export async function dispatch(hub: Hub, staffId: StaffId, { id, type, data }: ClientFrame): Promise<ReplyFrame> {
  const found = hub.commands().get(type)
  const failed = (code: string, message: string): ReplyFrame => ({ re: id, ok: false, error: { code, message } })
  if (!found) return failed('unknown_type', `there is no ${type}; known: ${[...hub.commands().keys()].join(', ')}`)
  try {
    return { re: id, ok: true, data: { ...(await perform(hub, staffId, found, data ?? {})) } }
  } catch (error) {
    if (error instanceof HubError && error.code !== 'internal') return failed(error.code, error.message)
    hub.log.error({ staffId, command: type, error: messageOf(error) }, 'gateway command failed')
    return failed('internal', 'that did not work; the hub has noted why')
  }
}

/** The person's role is read anew for each command: it may have changed since the hello. */
async function perform(hub: Hub, staffId: StaffId, found: GatewayCommand, data: unknown): Promise<object> {
  const staff = await hub.store.read(tx => hub.port('roster').find(tx, { id: staffId }))
  if (!staff?.isActive || !atLeast(staff.role, found.access))
    throw new HubError('forbidden', `${found.name} needs the role ${found.access}`)
  const input = found.input.safeParse(data)
  if (input.success) return found.handle(staffId, input.data)
  const issues = input.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
  throw new HubError('bad_request', issues.join('; '))
}
