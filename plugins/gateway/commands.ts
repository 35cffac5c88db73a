import {
  command,
  Forbidden,
  HubError,
  messageOf,
  mustBeAllowed,
  z,
  type GatewayCommand,
  type Hub,
  type StaffId,
} from '@switchboard/core'
import { answerOnce, type Origin } from './once.ts'
import { SettablePresence, type ClientFrame, type ReplyFrame } from './protocol.ts'

/** The gateway's own command: a person says whether they can be rung. */
export function presenceSet(hub: Hub): GatewayCommand {
  return command({
    name: 'presence.set',
    summary: 'Say whether you can be rung',
    access: 'agent',
    input: z.object({ presence: SettablePresence }),
    answer: z.object({ presence: SettablePresence }),
    handle: async (staffId, { presence }) => {
      await hub.store.transact(tx => hub.port('roster').presence(tx, staffId, { set: presence }))
      return { presence }
    },
  })
}

/** Runs a client's command and answers it, whatever happens; one that was given before is answered as it was then. */
export async function dispatch(hub: Hub, origin: Origin, frame: ClientFrame): Promise<ReplyFrame> {
  const { id, type, data } = frame
  const found = hub.commands().get(type)
  const failed = (code: string, message: string): ReplyFrame => ({ re: id, ok: false, error: { code, message } })
  if (!found) return failed('unknown_type', `there is no ${type}; known: ${[...hub.commands().keys()].join(', ')}`)
  const answer = (work: () => Promise<ReplyFrame>): Promise<ReplyFrame> =>
    work().catch((error: unknown) => {
      if (error instanceof HubError && error.code !== 'internal') return failed(error.code, error.message)
      hub.log.error({ staffId: origin.staffId, command: type, error: messageOf(error) }, 'gateway command failed')
      return failed('internal', 'that did not work; the hub has noted why')
    })
  return answer(async () => {
    const input = await permitted(hub, origin.staffId, { command: found, data: data ?? {} })
    const work = async (): Promise<ReplyFrame> => {
      return { re: id, ok: true, data: { ...(await found.handle(origin.staffId, input)) } }
    }
    return answerOnce(hub, origin, { frame, answer: () => answer(work) })
  })
}

/** What the command is to be done with, when this person may give it. Their role is read anew for each: it may have changed since the hello. */
async function permitted(
  hub: Hub,
  staffId: StaffId,
  { command, data }: { command: GatewayCommand; data: unknown },
): Promise<unknown> {
  const staff = await hub.store.read(tx => hub.port('roster').find(tx, { id: staffId }))
  if (!staff?.isActive) throw new Forbidden('you can no longer come in')
  mustBeAllowed(staff, command.access)
  const input = command.input.safeParse(data)
  if (input.success) return input.data
  const issues = input.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '))
  throw new HubError('bad_request', issues.join('; '))
}
