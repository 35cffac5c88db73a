import { defineAdapter, type Adapter, type AdapterKit, type Channel, type MessagingPort } from '@switchboard/core'
import { accountOf, type Account } from './account.ts'
import { changedContacts, contactsAt } from './contacts.ts'
import { readEvents } from './events.ts'
import { findSent } from './find.ts'
import { health } from './health.ts'
import { keep } from './keep.ts'
import { media } from './media.ts'
import { options, type Options } from './options.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'
import { greet, verifyApp, verifyRule } from './verify.ts'

/** Messages and contacts of one Front company: the Core API, application webhooks, and rule webhooks. */
export const front = defineAdapter({
  name: 'front',
  options,
  provides: ['messaging', 'source'],
  http: ({ url, companyHosts, perMinute }) => ({
    hosts: [new URL(url).host, ...companyHosts],
    perSecond: perMinute / 60,
    concurrency: 2,
  }),
  create,
})

function create(options: Options, kit: AdapterKit): Adapter {
  const account = accountOf(options, kit)
  return {
    messaging: messagingOf(account),
    source: {
      changes: cursor => changedContacts(account, cursor),
      cursorAt: contactsAt,
      health: () => health(account),
    },
    channels: channelsOf(options, kit),
  }
}

function messagingOf(account: Account): MessagingPort {
  const { importInbox } = account
  return {
    begins: ['email'],
    receive,
    send: message => send(account, message),
    find: (message, _key, since) => findSent(account, message, since),
    ...(importInbox !== undefined && { keep: message => keep(account, importInbox, message) }),
    changes: cursor => readEvents(account, cursor),
    media: address => media(account, address),
    health: () => health(account),
  }
}

function channelsOf({ appSecrets, companySecrets }: Options, { now, log }: AdapterKit): Record<string, Channel> {
  const app: Channel = {
    port: 'messaging',
    verify: request => verifyApp(request, appSecrets, { now: now(), log }),
    greet,
  }
  if (!companySecrets) return { app }
  return { app, rules: { port: 'messaging', verify: request => verifyRule(request, companySecrets) } }
}
