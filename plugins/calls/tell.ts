import { showPhone } from '@switchboard/core'
import { inConversation } from './tell-conversation.ts'
import { namesIn, notRung, ring, type Facts, type Names } from './tell-names.ts'
import type { TrailRow } from './store.ts'

/** Whom the story is about. */
export interface About {
  direction: 'inbound' | 'outbound'
  /** The customer's name; null when it is not known. */
  caller: string | null
  /** The customer's number as the vendor wrote it; null when withheld. */
  from: string | null
  line: string
  /** The zone in which the times are told. */
  timeZone: string
}

/**
 * A call told in plain sentences, made from its trail alone: one for each line that somebody who was not there would want to know, in
 * order, each with its time. Never an id: people have names, and lines and callers their numbers.
 */
export function tell(trail: readonly TrailRow[], about: About): string[] {
  const names = namesIn(trail)
  const story: string[] = []
  for (const row of trail) {
    const sentence = sentenceOf(row, about, names)
    if (sentence !== null) story.push(`${clock(row.at, about.timeZone)} ${finished(sentence)}`)
  }
  return story
}

function clock(at: Date, timeZone: string): string {
  return at.toLocaleTimeString('en-GB', { timeZone, hour12: false })
}

const ids = /\b(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[A-Z]{2}[0-9a-f]{32})\b/gi

/** Names and reasons come from people and from other parts: an id in one is left out. */
function finished(sentence: string): string {
  const plain = sentence.replace(ids, '…').trim()
  return plain.slice(0, 1).toUpperCase() + plain.slice(1) + (/[.!?…]$/.test(plain) ? '' : '.')
}

function sentenceOf(row: TrailRow, about: About, names: Names): string | null {
  const facts = (row.data ?? {}) as Facts
  switch (row.event) {
    case 'incoming':
      return `${who(about)} called ${showPhone(about.line)}`
    case 'dialOut':
      return `${facts.rung ? ring(facts) : 'Nobody could be rung'}, to call ${who(about)}`
    case 'routed':
      return routed(row, facts)
    case 'due':
      return ranOut(row)
    case 'recorded':
      return recorded(facts)
    case 'commandFailed':
      return failed(facts, names)
    case 'digits':
      return row.because.includes('called back') ? row.because : null
    case 'inspected':
      return row.from === row.to ? null : `The phone company was asked how the call stands: ${row.because}`
    default:
      return inConversation(row, facts, names) ?? moved(row)
  }
}

function who({ caller, from }: About): string {
  if (caller !== null) return caller
  return from === null ? 'Somebody who withheld their number' : showPhone(from)
}

/** Whom routing rang and whom it did not, each with the reason; or what became of the caller instead, and by which rule. */
function routed(row: TrailRow, facts: Facts): string | null {
  if (row.from === row.to) return null
  const { because = 'nobody can be rung', place } = facts.otherwise ?? {}
  const not = notRung(facts)
  if (row.to === 'DialingStaff' && [facts.rung ?? []].flat().length > 0)
    return `${ring(facts)} (${facts.because})${not}`
  if (row.to === 'WaitingForStaff') return `The caller waits in place ${place}: ${because}${not}`
  if (row.to === 'Voicemail') return `The caller is asked for a message: ${because}${not}`
  return row.because
}

/** A timer that changed nothing is not worth telling. */
function ranOut(row: TrailRow): string | null {
  return row.from === row.to ? null : row.because
}

function recorded({ recording }: Facts): string {
  if (!recording) return 'The caller left no message'
  return recording.durationSeconds === null || recording.durationSeconds === undefined
    ? 'The caller left a message'
    : `The caller left a message (${recording.durationSeconds} s)`
}

const failures: Readonly<Record<string, string>> = {
  dial: 'could not be rung: the phone company did not take it',
  redirect: 'could not be told what comes next',
  hangup: 'could not be hung up',
  hold: 'could not be put on hold or taken off it',
  mute: 'could not be muted or heard again',
  attend: 'could not be let into the conversation',
  record: 'could not be recorded',
}

/** With whom the conference ends is between us and the phone company. */
function failed({ legId, command = '' }: Facts, names: Names): string | null {
  if (command === 'endOnExit') return null
  return `${names.get(legId ?? '') ?? 'the caller'} ${failures[command] ?? 'could not be reached'}`
}

/** Anything else is told when it moved the call, but for what is between us and the phone company. */
function moved({ from, to, event, because }: TrailRow): string | null {
  return from === to || event === 'addCaller' ? null : because
}
