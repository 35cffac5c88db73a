import { defineEntity, p } from '@mikro-orm/core'

/** What every queue row has: when it is due, who has it, how it ended. */
const queued = {
  attempts: p.integer().default(0),
  dueAt: p.datetime().columnType('timestamptz'),
  leasedUntil: p.datetime().columnType('timestamptz').nullable(),
  doneAt: p.datetime().columnType('timestamptz').nullable(),
  deadAt: p.datetime().columnType('timestamptz').nullable(),
  error: p.text().nullable(),
}

/** Every webhook delivery, kept before it is acted on. */
export const Inbox = defineEntity({
  name: 'Inbox',
  tableName: 'inbox',
  indexes: [
    {
      name: 'inbox_due',
      expression: 'create index inbox_due on inbox (due_at, id) where done_at is null and dead_at is null',
    },
  ],
  uniques: [{ name: 'inbox_delivery', properties: ['adapter', 'deliveryId'] }],
  properties: {
    id: p.uuid().primary(),
    adapter: p.text(),
    channel: p.text(),
    port: p.text(),
    deliveryId: p.text(),
    method: p.text(),
    url: p.text(),
    headers: p.json(),
    body: p.blob(),
    receivedAt: p.datetime().columnType('timestamptz'),
    ...queued,
  },
})

/** Every outward command and every event for one listener, kept before it is sent. */
export const Outbox = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  indexes: [
    {
      name: 'outbox_line',
      expression: 'create index outbox_line on outbox (id) where done_at is null and dead_at is null',
    },
    {
      name: 'outbox_key',
      expression: 'create index outbox_key on outbox (subscriber, key, id) where done_at is null and dead_at is null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    kind: p.text(),
    topic: p.text(),
    subscriber: p.text(),
    key: p.text(),
    data: p.json(),
    madeAt: p.datetime().columnType('timestamptz'),
    ...queued,
  },
})

/** How far each source was read. */
export const Cursor = defineEntity({
  name: 'Cursor',
  tableName: 'cursor',
  properties: { name: p.text().primary(), value: p.text(), movedAt: p.datetime().columnType('timestamptz') },
})

/** Who may do what only one may do at a time. */
export const Lease = defineEntity({
  name: 'Lease',
  tableName: 'lease',
  properties: {
    name: p.text().primary(),
    holder: p.text(),
    fence: p.bigint(),
    heldUntil: p.datetime().columnType('timestamptz'),
  },
})

/** Whose turn it is to run a job, how it fared, and whether it is paused. */
export const Job = defineEntity({
  name: 'Job',
  tableName: 'job',
  properties: {
    name: p.text().primary(),
    /** Rises with every run: one with an older number can commit nothing any more. */
    fence: p.bigint(),
    /** The run that goes on; by the database's clock it is let be until then. */
    holder: p.uuid().nullable(),
    heldUntil: p.datetime().columnType('timestamptz').nullable(),
    lastSuccessAt: p.datetime().columnType('timestamptz').nullable(),
    /** Failed runs since the last that succeeded. */
    failures: p.integer().default(0),
    pausedAt: p.datetime().columnType('timestamptz').nullable(),
    pausedBy: p.text().nullable(),
    pausedBecause: p.text().nullable(),
  },
})

/** One run of a job. */
export const JobRun = defineEntity({
  name: 'JobRun',
  tableName: 'job_run',
  indexes: [{ name: 'job_run_name', properties: ['name', 'id'] }],
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    fence: p.bigint(),
    cause: p.text(),
    attempt: p.integer(),
    data: p.json(),
    startedAt: p.datetime().columnType('timestamptz'),
    finishedAt: p.datetime().columnType('timestamptz').nullable(),
    outcome: p.text().nullable(),
    error: p.text().nullable(),
    result: p.json().nullable(),
  },
})

/** One row of a vendor that knows people, in its newest version. */
export const SourceRecord = defineEntity({
  name: 'SourceRecord',
  tableName: 'source_record',
  uniques: [{ name: 'source_record_external', properties: ['source', 'externalId'] }],
  indexes: [
    {
      name: 'source_record_starts',
      expression: `create index source_record_starts on source_record ((facts->>'startsAt')) where kind in ('booking', 'appointment')`,
    },
  ],
  properties: {
    id: p.uuid().primary(),
    source: p.text(),
    externalId: p.text(),
    kind: p.text(),
    version: p.bigint().nullable(),
    updatedAt: p.datetime().columnType('timestamptz'),
    deletedAt: p.datetime().columnType('timestamptz').nullable(),
    people: p.json(),
    facts: p.json(),
    receivedAt: p.datetime().columnType('timestamptz'),
    // From the sequence source_revision: to MikroORM, every default that is a sequence's next value is an autoincrement.
    revision: p.bigint().autoincrement(),
    // In how many whole listings in a row it was not.
    missing: p.integer().default(0),
    redactedAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/** Records that wait to be matched, each in the state it was in when it was noted. */
export const SourceDirty = defineEntity({
  name: 'SourceDirty',
  tableName: 'source_dirty',
  properties: { recordId: p.uuid().primary(), revision: p.bigint() },
})

/** Vendor rows that could not be read, with the reason. */
export const SourceUnreadable = defineEntity({
  name: 'SourceUnreadable',
  tableName: 'source_unreadable',
  indexes: [{ name: 'source_unreadable_source', properties: ['source', 'seenAt'] }],
  properties: {
    id: p.uuid().primary(),
    source: p.text(),
    externalId: p.text().nullable(),
    error: p.text(),
    row: p.json(),
    seenAt: p.datetime().columnType('timestamptz'),
  },
})

/** How the reading of each source goes: its last pull, its webhooks, its clock. */
export const SourceState = defineEntity({
  name: 'SourceState',
  tableName: 'source_state',
  properties: {
    name: p.text().primary(),
    startedAt: p.datetime().columnType('timestamptz').nullable(),
    startedFrom: p.text().nullable(),
    succeededAt: p.datetime().columnType('timestamptz').nullable(),
    completeTo: p.datetime().columnType('timestamptz').nullable(),
    pages: p.integer().default(0),
    rows: p.integer().default(0),
    changed: p.integer().default(0),
    unreadable: p.integer().default(0),
    total: p.integer().nullable(),
    tookMs: p.integer().nullable(),
    error: p.text().nullable(),
    errorAt: p.datetime().columnType('timestamptz').nullable(),
    newestAt: p.datetime().columnType('timestamptz').nullable(),
    webhookAt: p.datetime().columnType('timestamptz').nullable(),
    unannounced: p.integer().default(0),
    unannouncedPulls: p.integer().default(0),
    skewMs: p.integer().nullable(),
    askedAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/** What somebody has to see to, once for each matter, until it is over. */
export const Alert = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  properties: {
    part: p.text().primary(),
    key: p.text().primary(),
    message: p.text(),
    raisedAt: p.datetime().columnType('timestamptz'),
    seenAt: p.datetime().columnType('timestamptz'),
    clearedAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/** Who changed what, and when: rows are only ever added. */
export const Audit = defineEntity({
  name: 'Audit',
  tableName: 'audit',
  indexes: [
    { name: 'audit_target', properties: ['target', 'id'] },
    { name: 'audit_by', properties: ['by', 'id'] },
    { name: 'audit_what', properties: ['what', 'id'] },
  ],
  triggers: [
    {
      name: 'append_only',
      timing: 'before',
      events: ['delete', 'update'],
      forEach: 'statement',
      body: `raise exception 'the audit log is only ever added to';`,
    },
  ],
  properties: {
    id: p.uuid().primary(),
    at: p.datetime().columnType('timestamptz'),
    by: p.text(),
    byName: p.text(),
    what: p.text(),
    target: p.text(),
    before: p.json().nullable(),
    after: p.json().nullable(),
    reason: p.text().nullable(),
  },
})

/** Values that adapters keep beyond the process, such as tokens. */
export const Vault = defineEntity({
  name: 'Vault',
  tableName: 'vault',
  properties: {
    adapter: p.text().primary(),
    key: p.text().primary(),
    value: p.json(),
    changedAt: p.datetime().columnType('timestamptz'),
  },
})

/** Answers already given to writes that carried an `Idempotency-Key`. */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    principal: p.text().primary(),
    key: p.text().primary(),
    fingerprint: p.text(),
    status: p.integer().nullable(),
    body: p.text().nullable(),
    madeAt: p.datetime().columnType('timestamptz'),
  },
})

/** The tables of the core itself. */
export const coreEntities = [
  Inbox,
  Outbox,
  Cursor,
  Lease,
  Job,
  JobRun,
  SourceRecord,
  SourceDirty,
  SourceUnreadable,
  SourceState,
  Alert,
  Audit,
  Vault,
  IdempotencyKey,
]
