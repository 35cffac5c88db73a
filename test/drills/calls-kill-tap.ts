import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the hub asks the vendor to do. */
export type CommandKind = 'dial' | 'redirect' | 'hangup' | 'hold' | 'mute' | 'attend' | 'record'

/** A command as the vendor got it, and carried it out. */
export interface Carried {
  kind: CommandKind
  /** The whole of it: the same text twice is the same command twice. */
  text: string
}

/** Stands between the hub and the vendor: notes what is carried out, and can strike right before or right after it. */
export interface Tap {
  url: string
  carried: Carried[]
  /** The next command of this kind: `strike` runs before the vendor has it, or when it has done it and the hub does not know. */
  arm(kind: CommandKind, when: 'before' | 'after', strike: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

interface Trap {
  kind: CommandKind
  when: 'before' | 'after'
  strike(): Promise<void>
}

/** Opens a tap in front of a vendor. */
export async function openTap(vendorUrl: string): Promise<Tap> {
  const carried: Carried[] = []
  let trap: Trap | null = null
  const server = createServer((asked, answer) => void serve(asked, answer))
  const serve = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = Buffer.concat(await asked.toArray()).toString('utf8')
    const kind = kindOf(asked, body)
    const sprung = trap && kind === trap.kind ? trap : null
    if (sprung) trap = null
    if (sprung?.when === 'before') {
      await sprung.strike()
      return void answer.destroy()
    }
    const reply = await passedOn(vendorUrl, asked, body)
    if (kind && reply.status < 300) carried.push({ kind, text: `${asked.url} ${body}` })
    if (sprung) {
      await sprung.strike()
      return void answer.destroy()
    }
    answer.writeHead(reply.status, { 'content-type': 'application/json', date: reply.date }).end(reply.text)
  }
  await new Promise<void>(open => server.listen(0, '127.0.0.1', open))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carried,
    arm: (kind, when, strike) =>
      new Promise((resolve, reject) => {
        trap = { kind, when, strike: () => strike().then(resolve, reject) }
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

async function passedOn(
  vendorUrl: string,
  { method = 'GET', url, headers }: IncomingMessage,
  body: string,
): Promise<{ status: number; text: string; date: string }> {
  const { authorization = '', 'content-type': type = '' } = headers
  const answer = await fetch(vendorUrl + url, {
    method,
    headers: { authorization, ...(body && { 'content-type': type }) },
    ...(body && { body }),
  })
  return { status: answer.status, text: await answer.text(), date: answer.headers.get('date') ?? '' }
}

function kindOf({ method, url = '' }: IncomingMessage, body: string): CommandKind | null {
  if (method !== 'POST') return null
  const form = new URLSearchParams(body)
  if (url.endsWith('/Participants.json')) return 'dial'
  if (url.includes('/Recordings')) return 'record'
  if (url.includes('/Participants/')) return form.has('Hold') ? 'hold' : form.has('Coaching') ? 'attend' : 'mute'
  if (!url.includes('/Calls/')) return null
  return form.has('Status') ? 'hangup' : 'redirect'
}
