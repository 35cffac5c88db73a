import { foldName } from '@switchboard/core'
import type { Candidate } from './candidate.ts'
import type { ProfileFields } from './made.ts'

/** After this long a record's word counts half as much as the newest one's. */
const halfLifeMs = 365 * 24 * 60 * 60 * 1000

/** What the records of one person agree on. The newer the record and the more its source is to be relied on, the more it counts. */
export function consensus(
  members: readonly Candidate[],
  reliability: Readonly<Record<string, number>>,
): Omit<ProfileFields, 'confidence' | 'digest'> {
  if (members.length === 1) return only(members[0]!)
  const newest = latestOf(members.map(({ updatedAt }) => updatedAt))
  const poll = ({ said, ballots }: Question): string[] =>
    agreed(members, said) ?? tally(members.flatMap(member => votesOf(member, ballots(member))))
  const votesOf = (member: Candidate, ballots: Ballot[]): Vote[] => {
    const word = (reliability[member.source] ?? 1) * 0.5 ** ((newest - member.updatedAt.getTime()) / halfLifeMs)
    return ballots.map(ballot => ({ ...ballot, weight: ballot.weight * word, at: member.updatedAt }))
  }
  const [firstName = '', lastName = ''] = (poll(questions.name)[0] ?? '').split('\n')
  const [emails, phones, companies] = [poll(questions.email), poll(questions.phones), poll(questions.company)]
  return {
    displayName:
      [`${firstName} ${lastName}`.trim(), ...companies, ...emails, ...phones].find(name => name !== '') ?? '',
    firstName: firstName || null,
    lastName: lastName || null,
    email: emails[0] ?? null,
    phone: phones[0] ?? null,
    emails,
    phones,
    recordCount: new Set(members.map(({ recordId }) => recordId)).size,
    lastSeenAt: new Date(newest),
  }
}

/** What a single record says; of its phones the first counts most. */
function only(member: Candidate): Omit<ProfileFields, 'confidence' | 'digest'> {
  const { firstName, lastName, company, email, phones, updatedAt } = member
  const name = [firstName, lastName].filter(part => part !== null).join(' ')
  return {
    displayName: [name, company, email, ...phones].find(Boolean) ?? '',
    ...{ firstName, lastName, email, phone: phones[0] ?? null },
    ...{ emails: email ? [email] : [], phones: [...phones], recordCount: 1, lastSeenAt: updatedAt },
  }
}

/** What members are asked. */
interface Question {
  /** What one says, as it is written; null where that is nothing, undefined where it is more than one thing. */
  said(candidate: Candidate): string | null | undefined
  ballots(candidate: Candidate): Ballot[]
}

/** What all say who say anything, where that is one thing: then nothing is to be weighed. */
function agreed(members: readonly Candidate[], said: Question['said']): string[] | null {
  let one: string | null = null
  for (const member of members) {
    const value = said(member)
    if (value === undefined || (value !== null && one !== null && value !== one)) return null
    one ??= value
  }
  return one === null ? [] : [one]
}

interface Ballot {
  value: string
  /** Values of one group are spellings of one thing. */
  group: string
  weight: number
}

interface Vote extends Ballot {
  at: Date
}

const questions: Readonly<Record<'name' | 'email' | 'phones' | 'company', Question>> = {
  name: {
    said: ({ firstName, lastName }) => (firstName || lastName ? `${firstName ?? ''}\n${lastName ?? ''}` : null),
    ballots: nameBallot,
  },
  email: {
    said: ({ email, emailKey }) => (email && emailKey ? email : null),
    ballots: ({ email, emailKey }) => (email && emailKey ? [{ value: email, group: emailKey, weight: 1 }] : []),
  },
  phones: {
    said: ({ phones }) => (phones.length > 1 ? undefined : (phones[0] ?? null)),
    ballots: ({ phones }) => phones.map((phone, at) => ({ value: phone, group: phone, weight: 1 / (at + 1) })),
  },
  company: {
    said: ({ company }) => company || null,
    ballots: ({ company }) => (company ? [{ value: company, group: foldName(company), weight: 1 }] : []),
  },
}

/** A whole name counts for more than half of one. */
function nameBallot({ firstName, lastName }: Candidate): Ballot[] {
  if (!firstName && !lastName) return []
  const group = `${foldName(firstName ?? '')}\n${foldName(lastName ?? '')}`
  return [{ value: `${firstName ?? ''}\n${lastName ?? ''}`, group, weight: firstName && lastName ? 1 : 0.25 }]
}

/** One value of each group, the best group first: by weight, then the newest, then by the alphabet, so that the order of arrival never tells. */
function tally(votes: Vote[]): string[] {
  if (votes.length < 2) return votes.map(({ value }) => value)
  const groups = [...Map.groupBy(votes, ({ group }) => group).values()].map(of => ({
    value: spellingOf(of),
    weight: totalOf(of),
    at: latestOf(of.map(({ at }) => at)),
  }))
  return groups
    .sort((a, b) => b.weight - a.weight || b.at - a.at || compare(a.value, b.value))
    .map(({ value }) => value)
}

function spellingOf(votes: Vote[]): string {
  const spellings = [...Map.groupBy(votes, ({ value }) => value)].map(([value, of]) => ({ value, weight: totalOf(of) }))
  return spellings.sort((a, b) => b.weight - a.weight || compare(a.value, b.value))[0]!.value
}

/** To a millionth, and smallest first, so that the order of adding cannot tip a balance. */
function totalOf(votes: Vote[]): number {
  const sum = votes
    .map(({ weight }) => weight)
    .sort((a, b) => a - b)
    .reduce((total, weight) => total + weight, 0)
  return Math.round(sum * 1e6)
}

function latestOf(dates: Date[]): number {
  return dates.reduce((latest, date) => Math.max(latest, date.getTime()), -Infinity)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
