import { defineEntity, p } from '@mikro-orm/core'

/** A question to people: are these two one? Each pair of signatures (`key`) is asked about once, unless it was moot for a while. */
export const ReviewRow = defineEntity({
  name: 'Review',
  tableName: 'review',
  indexes: [
    {
      name: 'review_open',
      expression: 'create index review_open on review (gain desc, id) where closed_at is null',
    },
    { name: 'review_pattern', expression: 'create index review_pattern on review (pattern) where closed_at is null' },
  ],
  uniques: [{ name: 'review_key', properties: ['key'] }],
  properties: {
    id: p.uuid().primary(),
    kind: p.text(),
    key: p.text(),
    aRecordId: p.uuid(),
    aPosition: p.integer(),
    bRecordId: p.uuid(),
    bPosition: p.integer(),
    because: p.text(),
    weight: p.double().nullable(),
    pattern: p.text(),
    levels: p.json(),
    records: p.integer(),
    gain: p.double(),
    by: p.text().nullable(),
    openedAt: p.datetime().columnType('timestamptz'),
    closedAt: p.datetime().columnType('timestamptz').nullable(),
    answer: p.text().nullable(),
    answeredBy: p.text().nullable(),
    reason: p.text().nullable(),
    decisionId: p.uuid().nullable(),
  },
})

/** The tables of reviews. */
export const reviewEntities = [ReviewRow]
