import { command, HubError, z, type GatewayCommand, type StaffId } from '@switchboard/core'
import { answer, read, Said, write, type Author, type Templates } from './acts.ts'
import type { Desk } from './desk.ts'
import { OnItsWay, showThread, ThreadShown } from './show.ts'

/** What clients of the gateway may do with conversations: the same as over HTTP. */
export function messageCommands(desk: Desk & { templates: Templates }): GatewayCommand[] {
  return [
    command({
      name: 'message.send',
      summary: 'Answer in a conversation, or write to somebody',
      access: 'agent',
      input: Said.extend({
        threadId: z.uuid().optional(),
        to: z
          .string()
          .min(3)
          .max(320)
          .optional()
          .meta({ description: 'a phone number or an email address, instead of threadId' }),
        line: z.string().optional(),
      }),
      answer: OnItsWay,
      handle: async (staffId, { threadId, to, line = null, ...said }) => {
        const author = await authorOf(desk, staffId)
        if (threadId !== undefined) return answer(desk, { threadId, author }, said)
        if (to !== undefined) return write(desk, { to, line, author }, said)
        throw new HubError('bad_request', 'say threadId, or to')
      },
    }),
    command({
      name: 'message.read',
      summary: 'Mark a conversation as read',
      access: 'agent',
      input: z.object({ threadId: z.uuid() }),
      answer: z.object({ thread: ThreadShown }),
      handle: async (_staffId, { threadId }) => ({ thread: showThread(await read(desk, threadId)) }),
    }),
  ]
}

async function authorOf({ store, port }: Desk, staffId: StaffId): Promise<Author> {
  const person = await store.read(tx => port('roster').find(tx, { id: staffId }))
  return { id: staffId, staffId, name: person?.name ?? 'somebody' }
}
