import { defineEntity, p } from '@mikro-orm/core'

/**
 * What a person decided: `apart`, each side is somebody else, or `together`, all sides are one. It counts until it is lifted,
 * and stays for ever.
 */
export const DecisionRow = defineEntity({
  name: 'Decision',
  tableName: 'decision',
  properties: {
    id: p.uuid().primary(),
    kind: p.text(),
    by: p.text(),
    reason: p.text().nullable(),
    at: p.datetime().columnType('timestamptz'),
    liftedAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/**
 * Whom a decision is about: the person at one place of one record, whatever becomes of profiles. `signature` is what they said
 * when it was made; those with a smaller `place` speak for their side first.
 */
export const DecisionSide = defineEntity({
  name: 'DecisionSide',
  tableName: 'decision_side',
  indexes: [{ name: 'decision_side_person', properties: ['recordId', 'position'] }],
  properties: {
    decisionId: p.uuid().primary(),
    recordId: p.uuid().primary(),
    position: p.integer().primary(),
    side: p.integer(),
    place: p.integer(),
    signature: p.text(),
  },
})

/** The tables of decisions. */
export const decisionEntities = [DecisionRow, DecisionSide]
