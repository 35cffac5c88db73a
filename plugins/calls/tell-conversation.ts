import type { Facts, Names } from './tell-names.ts'
import type { TrailRow } from './store.ts'

/** What people do to a call is told as the machine said it, whatever became of it. */
const done: ReadonlySet<string> = new Set([
  ...['hold', 'mute', 'transfer', 'transferComplete', 'transferCancel', 'add', 'drop', 'record', 'attend'],
  ...['accept', 'decline', 'hangup'],
])

/** What is told of a party's phone: that it was answered, and that it is over. */
const ends: Readonly<Record<string, string>> = {
  'in-progress': 'answered',
  busy: 'was on another line',
  'no-answer': 'did not answer',
  failed: 'could not be reached',
}

/** What happened between the parties, for lines about one of them; null when it is nothing to tell. */
export function inConversation(row: TrailRow, facts: Facts, names: Names): string | null {
  if (done.has(row.event)) return row.because
  if (row.from === row.to) return null
  if (row.event === 'joined' && row.to === 'AllInConference') return 'They speak with each other'
  return row.event === 'leg' && row.to !== 'Hungup' ? ended(facts, names) : null
}

function ended({ legId = '', status = '' }: Facts, names: Names): string | null {
  const [name, end] = [names.get(legId), ends[status]]
  return name === undefined || end === undefined ? null : `${name} ${end}`
}
