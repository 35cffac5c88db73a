import type { Random } from './random.ts'
import type { WorldPerson } from './world.ts'

/** One way to reach a contact. */
export interface Handle {
  handle: string
  source: 'email' | 'phone'
}

/** The handles by which staff know somebody: Front writes numbers in E.164, people their emails in any case. */
export function randomHandles(random: Random, { email, phone }: WorldPerson): Handle[] {
  const [hasEmail, hasPhone, isLoud, hasSecond] = [0.85, 0.6, 0.1, 0.06].map(rate => random.chance(rate))
  const handles: Handle[] = []
  if (email && (hasEmail || !phone)) handles.push({ handle: isLoud ? capital(email) : email, source: 'email' })
  if (email && hasEmail && hasSecond) handles.push({ handle: `work.${email}`, source: 'email' })
  if (phone && hasPhone) handles.push({ handle: phone.e164, source: 'phone' })
  return handles
}

/** What somebody also goes by, or their first name. */
export function nicknameOf(random: Random, { firstName, nicknames }: WorldPerson): string {
  return random.pick(nicknames.length > 0 ? nicknames : [firstName])
}

function capital(email: string): string {
  return email.slice(0, 1).toUpperCase() + email.slice(1)
}
