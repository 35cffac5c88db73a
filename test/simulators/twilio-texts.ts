import type { Delivered } from './deliver.ts'
import { rfc2822, sidOf, type Exchange, type Line, type Text, type TextEnd, type TextStatus } from './twilio-model.ts'
import type { Fields, Told } from './twilio-webhooks.ts'

/** When a message goes out, and when the carrier tells what became of it, in milliseconds of the vendor's time. */
const sendingMs = 500
const carryingMs = 1500

/** Words that opt out and in again, when they are all of a message: https://www.twilio.com/docs/api/errors/30004, /23002. */
const stopWords = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']
const startWords = ['START', 'YES', 'UNSTOP']
const helpWords = ['HELP', 'INFO']

/** A message somebody writes to a line. */
export interface Writing {
  from: string
  /** Default: the first line of the account. */
  to?: string
  body: string
  /** Types of the files that come with it, such as `image/jpeg`. */
  media?: readonly string[]
  /** The messaging service the line belongs to: it has Advanced Opt-Out, which tells keywords by `OptOutType`. */
  messagingServiceSid?: string
}

/** Somebody writes to a line, and its address is asked what to answer. @throws RangeError for a number that is no line */
export function hearText(exchange: Exchange, writing: Writing): { text: Text; delivered: Promise<Delivered> } {
  const { from, to, body, media = [], messagingServiceSid = null } = writing
  const line = exchange.lines.find(one => to === undefined || one.phoneNumber === to)
  if (!line) throw new RangeError(`${to} is no line of this account`)
  const text = keep(exchange, {
    ...{ direction: 'inbound', from, to: line.phoneNumber, body, messagingServiceSid, status: 'received' },
    ...{ sentAt: exchange.now(), callback: null, files: media },
  })
  const keyword = keywordIn(body)
  if (keyword === 'STOP') exchange.optOuts.add(optOutOf(line.phoneNumber, from))
  if (keyword === 'START') exchange.optOuts.delete(optOutOf(line.phoneNumber, from))
  const fields = { ...inboundFields(exchange, text), ...(messagingServiceSid && keyword && { OptOutType: keyword }) }
  return { text, delivered: handedOver(exchange, line, fields) }
}

/** Asks the line's address, and its fallback when that fails. What it answers is not carried out. */
async function handedOver(exchange: Exchange, line: Line, fields: Fields): Promise<Delivered> {
  if (!line.smsUrl || line.smsApplicationSid) return { attempts: 0, status: null }
  const told = await exchange.webhooks.tell(line.smsUrl, fields)
  if (!told.answer || !('errorCode' in told.answer)) return plain(told)
  exchange.log?.warn({ messageSid: fields['MessageSid'], ...told.answer }, 'message was not taken')
  if (!line.smsFallbackUrl) return plain(told)
  const failed = { ErrorCode: told.answer.errorCode, ErrorUrl: line.smsUrl.split('#', 1)[0] ?? '' }
  const again = await exchange.webhooks.tell(line.smsFallbackUrl, { ...fields, ...failed })
  return { attempts: told.attempts + again.attempts, status: again.status }
}

function plain({ attempts, status }: Told): Delivered {
  return { attempts, status }
}

/** What the account sends. */
export type Sending = Pick<Text, 'from' | 'to' | 'body' | 'messagingServiceSid' | 'callback'> & {
  files: readonly string[]
}

/** Takes a message on and sends it after a while; with a service, which line it goes out from is chosen then. */
export function sendText(exchange: Exchange, sending: Sending): Text {
  const status = sending.messagingServiceSid ? 'accepted' : 'queued'
  const text = keep(exchange, { ...sending, direction: 'outbound-api', status, sentAt: null })
  report(exchange, text)
  const end = exchange.textEnds.get(text.to) ?? 'delivered'
  if (end === 'waits') return text
  text.stop = exchange.clock.after(sendingMs, () => {
    moveOn(exchange, text, 'sent')
    text.stop = exchange.clock.after(carryingMs, () => finish(exchange, text, end))
  })
  return text
}

/** Moves a message on to its end at once. Resolves when all reports about it were answered. */
export async function settleText(exchange: Exchange, text: Text, end: Exclude<TextEnd, 'waits'>): Promise<void> {
  text.stop()
  moveOn(exchange, text, 'sent')
  await text.told
  finish(exchange, text, end)
  await text.told
}

function finish(exchange: Exchange, text: Text, end: TextEnd): void {
  if (typeof end === 'string') return moveOn(exchange, text, 'delivered')
  if (!ends.includes(text.status)) text.errorCode = Object.values(end)[0] ?? null
  moveOn(exchange, text, 'failed' in end ? 'failed' : 'undelivered')
}

const ends: readonly TextStatus[] = ['delivered', 'undelivered', 'failed', 'received', 'canceled']

/** A message that came to its end stays there. */
function moveOn(exchange: Exchange, text: Text, status: TextStatus): void {
  if (ends.includes(text.status) || text.status === status) return
  Object.assign(text, { status, updatedAt: exchange.now() })
  text.from ??= exchange.lines[0]?.phoneNumber ?? null
  text.sentAt ??= status === 'failed' ? null : exchange.now()
  report(exchange, text)
}

function report(exchange: Exchange, text: Text): void {
  const { accountSid, webhooks, log } = exchange
  log?.info({ messageSid: text.sid, status: text.status }, 'message changed')
  if (text.callback === null) return
  const told = webhooks.tell(text.callback, {
    ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', From: text.from ?? '', To: text.to },
    ...{ MessageSid: text.sid, SmsSid: text.sid, MessageStatus: text.status, SmsStatus: text.status },
    ...(text.messagingServiceSid && { MessagingServiceSid: text.messagingServiceSid }),
    ...(text.errorCode !== null && { ErrorCode: String(text.errorCode) }),
  })
  text.told = Promise.all([text.told, told])
}

function inboundFields({ accountSid }: Exchange, text: Text): Fields {
  const { sid, from, to, body, media, messagingServiceSid } = text
  const files = media.flatMap(({ url, contentType }, index) => [
    [`MediaUrl${index}`, url],
    [`MediaContentType${index}`, contentType],
  ])
  return {
    ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', MessageSid: sid, SmsSid: sid, SmsMessageSid: sid },
    ...{ From: from ?? '', To: to, Body: body, SmsStatus: 'received', NumSegments: '1' },
    ...{ FromCountry: 'AU', FromCity: '', ToCountry: 'AU', NumMedia: String(media.length) },
    ...(messagingServiceSid && { MessagingServiceSid: messagingServiceSid }),
    ...(Object.fromEntries(files) as Fields),
  }
}

type Kept = Omit<Text, 'sid' | 'media' | 'errorCode' | 'createdAt' | 'updatedAt' | 'told' | 'stop'> & {
  files: readonly string[]
}

/** Notes a message. */
function keep(exchange: Exchange, { files, ...facts }: Kept): Text {
  const { random, accountSid } = exchange
  const sid = sidOf(files.length > 0 ? 'MM' : 'SM', random)
  const root = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media`
  const media = files.map(contentType => {
    const file = sidOf('ME', random)
    return { sid: file, contentType, url: `${root}/${file}` }
  })
  const at = exchange.now()
  const fresh = { errorCode: null, createdAt: at, updatedAt: at, told: Promise.resolve(), stop: () => undefined }
  const text: Text = { ...facts, ...fresh, sid, media }
  exchange.texts.set(sid, text)
  return text
}

/** The pair of a line and somebody who wants nothing from it. */
export function optOutOf(line: string, person: string): string {
  return `${line} ${person}`
}

function keywordIn(body: string): 'STOP' | 'START' | 'HELP' | null {
  const word = body.trim().toUpperCase()
  if (stopWords.includes(word)) return 'STOP'
  if (startWords.includes(word)) return 'START'
  return helpWords.includes(word) ? 'HELP' : null
}

/** A time as rows have it; null stays null. */
export function timeOf(at: Date | null): string | null {
  return at && rfc2822(at)
}
