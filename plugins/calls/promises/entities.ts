import { defineEntity, p } from '@mikro-orm/core'

const time = () => p.datetime().columnType('timestamptz')

/** Somebody waits for us to call back: open at most once for each number. */
export const CallPromiseRow = defineEntity({
  name: 'CallPromise',
  tableName: 'call_promise',
  indexes: [
    {
      name: 'call_promise_open',
      expression: 'create unique index call_promise_open on call_promise (number) where closed_at is null',
    },
    { name: 'call_promise_call', properties: ['lastCallId'] },
  ],
  properties: {
    id: p.uuid().primary(),
    number: p.text(),
    reason: p.text(),
    asked: p.integer(),
    callId: p.uuid(),
    lastCallId: p.uuid(),
    line: p.text(),
    ownerId: p.uuid().nullable(),
    waitsSince: time(),
    dueAt: time(),
    openedAt: time(),
    changedAt: time(),
    closedAt: time().nullable(),
    closedBecause: p.text().nullable(),
  },
})
