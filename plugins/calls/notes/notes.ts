import {
  command,
  Forbidden,
  HubError,
  isId,
  NotFound,
  route,
  z,
  type CallId,
  type GatewayCommand,
  type Hub,
  type ProfileId,
  type Route,
  type StaffId,
  type Tx,
} from '@switchboard/core'
import { lockCall, type StoredCall } from '../store.ts'
import { NotesShown, showNotes } from './show.ts'
import { addNote, forgetCaller, notesOf, type CallNote } from './store.ts'

/** Who notes something. */
interface Author {
  staffId: StaffId | null
  name: string
}

/** What taking notes takes. */
export interface Desk extends Pick<Hub, 'store' | 'events' | 'now' | 'port'> {
  /** What can become of a call. */
  dispositions: readonly string[]
}

/** Something that can be noted about a call, during it or after: the same through the gateway and over HTTP. */
interface Noting<Input = never> {
  /** `call.<name>` on the gateway, `POST /api/calls/:id/<path>` over HTTP. */
  name: string
  path: string
  summary: string
  input: z.ZodType<Input>
  note(desk: Desk, on: { tx: Tx; call: StoredCall; author: Author }, input: Input): Promise<void>
}

const Words = z.string().trim().min(1).max(5000)

const notings = [
  noting({
    name: 'note',
    path: 'notes',
    summary: 'Note something about a call',
    input: z.object({ text: Words }),
    note: (desk, { tx, call, author }, { text }) => add(desk, tx, call, { kind: 'note', text, author }),
  }),
  noting({
    name: 'disposition',
    path: 'disposition',
    summary: 'Say what became of a call: a code of the list in the settings, and perhaps a note. The last one counts',
    input: z.object({ code: z.string().min(1).max(100), note: Words.optional() }),
    note: async (desk, { tx, call, author }, { code, note }) => {
      const { dispositions } = desk
      if (!dispositions.includes(code))
        throw new HubError('bad_request', `code must be one of ${dispositions.join(', ')}`)
      await add(desk, tx, call, { kind: 'disposition', code, text: note ?? null, author })
    },
  }),
  noting({
    name: 'wrongCaller',
    path: 'wrong-caller',
    summary: 'Say that the caller is not who was shown',
    input: z.object({
      profileId: z.uuid().optional().meta({ description: 'who was shown. Default: who the call is noted for' }),
      text: Words.optional(),
    }),
    note: wrongCaller,
  }),
]

function noting<Input>(described: Noting<Input>): Noting {
  return described as unknown as Noting
}

interface Fresh {
  kind: CallNote['kind']
  author: Author
  code?: string
  text?: string | null
  profileId?: ProfileId | null
}

async function add({ now }: Desk, tx: Tx, call: StoredCall, { author, ...fresh }: Fresh): Promise<void> {
  const nothing = { code: null, text: null, profileId: null }
  await addNote(tx, call.id, { ...nothing, ...fresh, staffId: author.staffId, author: author.name, at: now() })
}

/** The call is no longer this person's, and whoever decides who callers are hears of it. Saying it twice is saying it once. */
async function wrongCaller(
  desk: Desk,
  { tx, call, author }: { tx: Tx; call: StoredCall; author: Author },
  input: { profileId?: string | undefined; text?: string | undefined },
): Promise<void> {
  const profileId = (input.profileId as ProfileId | undefined) ?? call.profileId
  if (profileId === null) throw new HubError('bad_request', 'profileId is missing: nobody is noted as the caller')
  const known = await notesOf(tx, call.id)
  if (known.some(note => note.kind === 'wrongCaller' && note.profileId === profileId)) return
  await add(desk, tx, call, { kind: 'wrongCaller', text: input.text ?? null, profileId, author })
  if (call.profileId === profileId) await forgetCaller(tx, call.id)
  const { staffId, name } = author
  await desk.events.publish(tx, 'call.wrongCaller', {
    ...{ callId: call.id, profileId, phone: call.from, text: input.text ?? null },
    ...{ staffId, by: name, at: desk.now() },
  })
}

/** Notes over HTTP. */
export function noteRoutes(desk: Desk): Route[] {
  return notings.map(each =>
    route({
      method: 'POST',
      path: `/api/calls/:id/${each.path}`,
      summary: each.summary,
      access: 'agent',
      params: z.object({ id: z.uuid() }),
      body: each.input,
      answer: NotesShown,
      handle: ({ params, body, principal }) => {
        if (!principal) throw new Forbidden('sign in first')
        const author = { staffId: principal.kind === 'staff' ? principal.staffId : null, name: principal.name }
        return desk.store.transact(tx => take(desk, tx, each, { callId: params.id as CallId, author, input: body }))
      },
    }),
  )
}

/** Notes through the gateway. */
export function noteCommands(desk: Desk): GatewayCommand[] {
  return notings.map(each =>
    command({
      name: `call.${each.name}`,
      summary: each.summary,
      access: 'agent',
      input: z.intersection(z.object({ callId: z.uuid() }), each.input as z.ZodType<object>),
      answer: NotesShown,
      handle: (staffId, input) =>
        desk.store.transact(async tx => {
          const person = await desk.port('roster').find(tx, { id: staffId })
          const author = { staffId, name: person?.name ?? 'somebody' }
          const { callId, ...rest } = input
          return take(desk, tx, each, { callId: callId as CallId, author, input: rest as never })
        }),
    }),
  )
}

async function take(
  desk: Desk,
  tx: Tx,
  { note }: Noting,
  { callId, author, input }: { callId: CallId; author: Author; input: never },
): Promise<z.output<typeof NotesShown>> {
  const call = isId(callId) ? await lockCall(tx, callId) : null
  if (!call) throw new NotFound('this call')
  await note(desk, { tx, call, author }, input)
  return showNotes(await notesOf(tx, call.id))
}
