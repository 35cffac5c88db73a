import { newId, type Hub, type Tx } from '@switchboard/core'
import type { News } from './damping.ts'
import type { Which } from './store.ts'

/** The outbox topic of messages about alerts. */
export const topic = 'alert'

/** What people are told about an alert. */
export interface Notice extends Which {
  /** The same in every repetition of this message. */
  id: string
  news: News
  message: string
  since: string
  at: string
}

/** A notice on its way out. */
export interface Errand {
  /** `email`, or `webhook:` and the name of one. */
  way: string
  notice: Notice
}

/** Tells it everywhere: to the log, to other plugins as `alert.told` (the gateway shows it to managers), and by every way out. */
export async function tell(
  tx: Tx,
  hub: Pick<Hub, 'log' | 'events' | 'outbox' | 'now'>,
  { ways, about }: { ways: readonly string[]; about: Which & { news: News; message: string; since: Date } },
): Promise<void> {
  const { part, key, news, message } = about
  const notice: Notice = {
    ...{ id: newId(), part, key, news, message },
    ...{ since: about.since.toISOString(), at: hub.now().toISOString() },
  }
  await hub.events.publish(tx, 'alert.told', notice)
  for (const way of ways) await hub.outbox.send(tx, topic, `${way} ${part} ${key}`, { way, notice } satisfies Errand)
  tx.afterCommit(() => {
    const facts = { about: part, alert: key, message }
    if (news === 'resolved') hub.log.info(facts, 'alert is over')
    else hub.log.error(facts, news === 'raised' ? 'alert raised' : 'alert comes and goes')
  })
}

/** The same for people who read mail. */
export function wordsOf({ part, key, news, message, since, at }: Notice): { subject: string; text: string } {
  const headline = { raised: 'Alert', unsteady: 'Comes and goes', resolved: 'Over' }[news]
  const said = {
    raised: `${part} needs somebody to look at it, since ${since}.`,
    unsteady: `${part} has needed somebody to look at it again and again since ${since}. You will not hear of every turn.`,
    resolved: `What was wrong with ${part} since ${since} is over, as of ${at}.`,
  }[news]
  const short = message.length > 80 ? `${message.slice(0, 79)}…` : message
  return {
    subject: `${headline}: ${part}: ${short}`.replaceAll(/\s+/g, ' '),
    text: `${said}\n\n${message}\n\n(${part}, ${key})\n`,
  }
}
