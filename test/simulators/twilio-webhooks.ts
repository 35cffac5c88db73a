import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Delivered } from './deliver.ts'
import type { Faults } from './faults.ts'
import type { SimulatorLog } from './simulator.ts'
import { isRetried, overridesOf, type Ending, type Overrides } from './twilio-overrides.ts'
import { signatureOf, withoutFragment } from './twilio-signature.ts'

/** The parameters of a webhook. */
export type Fields = Readonly<Record<string, string>>

/** What came of a request: the answer, or the code under which Twilio's debugger lists the failure. */
export type Answer = { body: string; contentType: string } | { errorCode: '11200' | '11205' }

/** What came of a report: how often it was sent, and the last answer. `answer` is null when a fault kept it. */
export interface Told extends Delivered {
  answer: Answer | null
}

/** The vendor's way to us. Besides the true request, the fault `forged` has somebody else send one. Twilio signs no time: nothing is stale. */
export interface Webhooks {
  /** Reports something, with retries as the address says. Faults: duplicate, reorder, delay, drop, silentWebhook, forged. Never rejects. */
  tell(url: string, fields: Fields): Promise<Told>
  /** Asks for instructions, with retries as the address says. Faults: duplicate, delay, forged. Never rejects. */
  ask(url: string, fields: Fields): Promise<Answer>
  /** Signs with a token that is not the account's, until told otherwise. */
  forge(on: boolean): void
  /** Gives up what is on its way. */
  close(): Promise<void>
}

/** What webhooks are sent with. */
export interface WebhookSettings {
  authToken: string
  faults: Faults
  /** Stands for the vendor's 15 s. In our time: it is not scaled by the speed of calls. */
  capMs: number
  /** Resolves when a request has arrived. */
  transit?: ((what: string) => Promise<unknown>) | undefined
  log?: SimulatorLog
}

/** One attempt's outcome. */
interface Attempt {
  /** Counted from 1. */
  number: number
  ending: Ending
  status: number | null
  body: string
  contentType: string
  /** Why there was no answer, in words. */
  because?: string
}

/** Sends webhooks of one account: signed, each with a token that its retries share, and with a parameter nobody expects. */
export function webhooksOf({ authToken, faults, capMs, transit, log }: WebhookSettings): Webhooks {
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  let isForging = false
  let held: (() => void) | null = null
  const pause = (ms: number): Promise<void> => wait(ms, undefined, { signal: closing.signal }).catch(() => undefined)

  function requestOf(url: string, fields: Fields, isForged = isForging): RequestInit {
    const all = { ...fields, SimulatedExtra: 'vendors add parameters without notice' }
    return {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(all).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'user-agent': 'TwilioProxy/1.1',
        'i-twilio-idempotency-token': randomUUID(),
        'x-twilio-signature': signatureOf(isForged ? `not ${authToken}` : authToken, url, all),
      },
    }
  }

  async function requested(url: string, init: RequestInit): Promise<Attempt> {
    const overrides = overridesOf(url, capMs)
    const total = timeLimit(overrides.totalMs)
    const deadline = AbortSignal.any([closing.signal, total.signal])
    for (let number = 1; ; number++) {
      await transit?.('')
      const attempt = { number, ...(await attempted(withoutFragment(url), init, overrides, deadline)) }
      log?.info({ url, ending: attempt.ending, status: attempt.status, because: attempt.because }, 'webhook sent')
      const isLast = number > overrides.retries || deadline.aborted
      if (!isLast && isRetried(attempt.ending, overrides)) continue
      total.end()
      return attempt
    }
  }

  /** Somebody who does not know the token posts something else to the same address. */
  async function intrude(url: string, fields: Fields): Promise<void> {
    if (faults.strikes('forged')) await requested(url, requestOf(url, forgeryOf(fields), true))
  }

  /** Lets a held-back report go; or holds this one back until the next has been sent, or for a moment. */
  async function reordered(): Promise<void> {
    const overtaken = held
    held = null
    if (overtaken) return void setImmediate(overtaken)
    if (faults.strikes('reorder'))
      await Promise.race([new Promise<void>(go => void (held = go)), pause(faults.get().delayMs)])
  }

  async function told(url: string, fields: Fields): Promise<Told> {
    const told: Told = { attempts: 0, status: null, answer: null }
    if (faults.strikes('silentWebhook') || faults.strikes('drop')) return told
    const init = requestOf(url, fields)
    const copies = faults.strikes('duplicate') ? 2 : 1
    if (faults.strikes('delay')) await pause(faults.get().delayMs)
    await intrude(url, fields)
    await reordered()
    for (let copy = 0; copy < copies && !closing.signal.aborted; copy++) {
      const attempt = await requested(url, init)
      Object.assign(told, {
        attempts: told.attempts + attempt.number,
        status: attempt.status,
        answer: answerOf(attempt),
      })
    }
    return told
  }

  async function asked(url: string, fields: Fields): Promise<Answer> {
    const init = requestOf(url, fields)
    if (faults.strikes('delay')) await pause(faults.get().delayMs)
    if (faults.strikes('duplicate')) void follow(requested(url, init))
    void follow(intrude(url, fields))
    return answerOf(await requested(url, init))
  }

  function follow<T>(work: Promise<T>): Promise<T> {
    underWay.add(work)
    return work.finally(() => underWay.delete(work))
  }

  return {
    tell: (url, fields) => follow(told(url, fields)),
    ask: (url, fields) => follow(asked(url, fields)),
    forge: on => void (isForging = on),
    async close() {
      closing.abort()
      held?.()
      await Promise.allSettled(underWay)
    },
  }
}

function answerOf({ ending, body, contentType }: Attempt): Answer {
  return ending === '2xx' ? { body, contentType } : { errorCode: ending === 'ct' ? '11205' : '11200' }
}

/** What would do harm if it were believed. */
function forgeryOf(fields: Fields): Fields {
  const changed = { Body: 'forged', MessageStatus: 'failed', CallStatus: 'completed' }
  return { ...fields, ...Object.fromEntries(Object.entries(changed).filter(([name]) => name in fields)) }
}

async function attempted(
  url: string,
  init: RequestInit,
  overrides: Overrides,
  deadline: AbortSignal,
): Promise<Omit<Attempt, 'number'>> {
  const limit = timeLimit(overrides.readMs)
  const signal = AbortSignal.any([deadline, limit.signal])
  try {
    const answer = await fetch(url, { ...init, signal })
    const body = await answer.text()
    const ending = `${Math.floor(answer.status / 100)}xx` as Ending
    return { ending, status: answer.status, body, contentType: answer.headers.get('content-type') ?? '' }
  } catch (error) {
    const ending = hasNoConnection(error) ? 'ct' : 'rt'
    return { ending, status: null, body: '', contentType: '', because: reasonOf(error) }
  } finally {
    limit.end()
  }
}

function reasonOf(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  return cause instanceof Error ? cause.message : String(cause)
}

/** Aborts after a while, by the timers that everything else here goes by. */
function timeLimit(ms: number): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${ms} ms`)), ms)
  return { signal: controller.signal, end: () => clearTimeout(timer) }
}

const noConnection = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

function hasNoConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && noConnection.includes(String(cause.code))
}
