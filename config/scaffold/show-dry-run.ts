import { amountOf, type Person, type Record } from '@switchboard/core'
import { columns, cut, safe } from '../box.ts'
import type { DryRun } from './dry-run.ts'

/** No column is wider. */
const widest = 60

/** A dry run for the terminal: what would be stored, what could not be read, and how the vendor is. */
export function showDryRun(run: DryRun, limit: number): string {
  const { records, unreadable, cursor, health, total } = run
  const rows = records.slice(0, limit).map(rowOf)
  const headings = ['kind', 'external id', 'updated', 'people', 'facts']
  const notShown = records.length - rows.length
  const lines = [
    ...(records.length > 0 ? columns([headings, ...rows]) : ['no records']),
    ...(notShown > 0 ? [`… and ${notShown} more (--limit shows them)`] : []),
    ...unreadable
      .slice(0, limit)
      .map(({ externalId, error }) => `unreadable ${externalId ?? 'row'}: ${safe(error.replaceAll('\n', ' '))}`),
    '',
    `cursor  ${cursor === null ? 'none' : safe(cursor)}`,
    `health  ${healthLine(health)}`,
    ...(total === null ? [] : [`total   ${total} rows, says the vendor`]),
    verdict(run),
  ]
  return lines.join('\n')
}

/** "20 records, 31 people, 0 unreadable; nothing was stored". */
function verdict({ adapter, isSimulated, records, unreadable }: DryRun): string {
  const people = records.reduce((sum, record) => sum + record.people.length, 0)
  const source = `${adapter}${isSimulated ? ' (simulated)' : ''}`
  return `${source}: ${records.length} records, ${people} people, ${unreadable.length} unreadable; nothing was stored`
}

function healthLine(health: DryRun['health']): string {
  if (health === null) return 'not asked: the adapter has no `health`'
  if ('error' in health) return `not well: ${safe(health.error)}`
  return health.skewMs === null ? 'well' : `well; its clock minus ours is ${Math.round(health.skewMs / 100) / 10} s`
}

function rowOf(record: Record): string[] {
  const { kind, externalId, updatedAt, deletedAt, people } = record
  const changed = updatedAt.toISOString() + (deletedAt ? ', deleted' : '')
  const cells = [kind, externalId, changed, people.map(personText).join('; '), factsText(record)]
  return cells.map(cell => cut(safe(cell), widest))
}

function personText({ role, firstName, lastName, name, email, phones = [] }: Person): string {
  const called = [firstName, lastName].filter(Boolean).join(' ') || name
  return [`${role}:`, called, email && `<${email}>`, ...phones].filter(Boolean).join(' ')
}

function factsText({ kind, facts }: Record): string {
  if (kind === 'order') {
    const { number, status, total } = facts
    return [number, status, total && `${amountOf(total)} ${total.currency}`].filter(Boolean).join(', ')
  }
  if (kind === 'contact') return JSON.stringify(facts)
  return [facts.startsAt, facts.title, facts.status, facts.with].filter(Boolean).join(', ')
}
