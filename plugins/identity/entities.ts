import { defineEntity, p } from '@mikro-orm/core'
import { decisionEntities } from './decisions/entities.ts'
import { reviewEntities } from './reviews/entities.ts'

const time = () => p.datetime().columnType('timestamptz')

/** One person as one record names them, cleaned. `signature` is shared by all who say exactly the same. */
export const CandidateRow = defineEntity({
  name: 'Candidate',
  tableName: 'candidate',
  indexes: [{ name: 'candidate_signature', properties: ['signature'] }],
  uniques: [{ name: 'candidate_place', properties: ['recordId', 'position'] }],
  properties: {
    id: p.uuid().primary(),
    recordId: p.uuid(),
    position: p.integer(),
    role: p.text(),
    source: p.text(),
    kind: p.text(),
    happenedAt: time(),
    updatedAt: time(),
    title: p.text().nullable(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    suffix: p.text().nullable(),
    company: p.text().nullable(),
    email: p.text().nullable(),
    emailKey: p.text().nullable(),
    phones: p.array().columnType('text[]'),
    signature: p.text(),
    parkedBecause: p.text().nullable(),
    /** What plugins read of a person, by field, cleaned. */
    extras: p.json().nullable(),
    /** Typed by somebody whom nobody has verified. */
    isUnverified: p.boolean().default(false),
  },
})

/**
 * The values by which candidates are found and compared: "email:jane@example.com", "phone:+61412345678", one for each block of
 * the model. Where such a key is generic, its namesakes have one more, which is the key, a line break and the name.
 */
export const CandidateKey = defineEntity({
  name: 'CandidateKey',
  tableName: 'candidate_key',
  indexes: [{ name: 'candidate_key_candidate', properties: ['candidateId'] }],
  properties: { key: p.text().primary(), candidateId: p.uuid().primary() },
})

/** One person. A profile that was merged into another stays, to lead there for ever. */
export const ProfileRow = defineEntity({
  name: 'Profile',
  tableName: 'profile',
  indexes: [
    {
      name: 'profile_merged',
      expression: 'create index profile_merged on profile (merged_into) where merged_into is not null',
    },
    {
      name: 'profile_name',
      expression: 'create index profile_name on profile (name_key text_pattern_ops) where merged_into is null',
    },
    {
      name: 'profile_last_name',
      expression:
        'create index profile_last_name on profile (last_name_key text_pattern_ops) where merged_into is null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    displayName: p.text(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    nameKey: p.text(),
    lastNameKey: p.text(),
    email: p.text().nullable(),
    phone: p.text().nullable(),
    emails: p.array().columnType('text[]'),
    phones: p.array().columnType('text[]'),
    recordCount: p.integer(),
    confidence: p.double(),
    digest: p.text(),
    lastSeenAt: time(),
    createdAt: time(),
    updatedAt: time(),
    mergedInto: p.uuid().nullable(),
  },
})

/** Which candidates are one person, each with the reason. */
export const ProfileMember = defineEntity({
  name: 'ProfileMember',
  tableName: 'profile_member',
  indexes: [{ name: 'profile_member_profile', properties: ['profileId'] }],
  properties: {
    candidateId: p.uuid().primary(),
    profileId: p.uuid(),
    because: p.text(),
    weight: p.double().nullable(),
  },
})

/** The comparisons that hold a profile together, between two signatures, with what each field was worth. */
export const ProfileEdge = defineEntity({
  name: 'ProfileEdge',
  tableName: 'profile_edge',
  properties: {
    profileId: p.uuid().primary(),
    a: p.text().primary(),
    b: p.text().primary(),
    weight: p.double(),
    levels: p.json(),
  },
})

/** What happened to profiles: merges and splits for ever, other changes until everybody was told. */
export const ProfileHistory = defineEntity({
  name: 'ProfileHistory',
  tableName: 'profile_history',
  indexes: [
    { name: 'profile_history_profile', properties: ['profileId', 'id'] },
    {
      name: 'profile_history_untold',
      expression: 'create index profile_history_untold on profile_history (id) where not is_told',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    profileId: p.uuid().nullable(),
    data: p.json(),
    at: time(),
    isTold: p.boolean().default(false),
    // Who did it and why, where it was a person; and what it takes to undo it.
    by: p.text().nullable(),
    reason: p.text().nullable(),
    undo: p.json().nullable(),
  },
})

/** The settings that the profiles were last made with: when they change, everything is matched again. */
export const IdentityState = defineEntity({
  name: 'IdentityState',
  tableName: 'identity_state',
  properties: { name: p.text().primary(), value: p.text() },
})

/** What was learned from the records, by what it says; the current one judges until the next is learned. */
export const MatchModel = defineEntity({
  name: 'MatchModel',
  tableName: 'match_model',
  indexes: [
    {
      name: 'match_model_current',
      expression: 'create unique index match_model_current on match_model (is_current) where is_current',
    },
  ],
  properties: {
    version: p.text().primary(),
    fingerprint: p.text(),
    parameters: p.json(),
    records: p.integer(),
    madeAt: time(),
    isCurrent: p.boolean(),
  },
})

/** Keys that so many different people give that they tell nobody apart, and what somebody has decided about them. */
export const GenericKey = defineEntity({
  name: 'GenericKey',
  tableName: 'generic_key',
  properties: {
    key: p.text().primary(),
    field: p.text(),
    signatures: p.integer(),
    state: p.text(),
    since: time(),
    decidedBy: p.text().nullable(),
    decidedAt: time().nullable(),
  },
})

/** The remembered "no": two signatures that were nearly one person, for as long as neither side gains evidence. */
export const ProfileMergeRejection = defineEntity({
  name: 'ProfileMergeRejection',
  tableName: 'profile_merge_rejection',
  properties: {
    a: p.text().primary(),
    b: p.text().primary(),
    model: p.text().primary(),
    evidence: p.text().primary(),
    score: p.double(),
    because: p.text(),
    flips: p.text(),
    at: time(),
  },
})

/** Two people who share something: an email, a phone, or a record that names both. `profileA` is the smaller id. */
export const ProfileRelation = defineEntity({
  name: 'ProfileRelation',
  tableName: 'profile_relation',
  indexes: [{ name: 'profile_relation_b', properties: ['profileB'] }],
  properties: {
    profileA: p.uuid().primary(),
    profileB: p.uuid().primary(),
    via: p.text().primary(),
    kind: p.text(),
  },
})

/** Whom small matches have decided while everything is being rebuilt: the rebuild leaves them alone. */
export const MatchTouch = defineEntity({
  name: 'MatchTouch',
  tableName: 'match_touch',
  properties: { id: p.bigint().primary().autoincrement(), candidates: p.array().columnType('uuid[]') },
})

/** The tables of this plugin. */
export const identityEntities = [
  CandidateRow,
  CandidateKey,
  ProfileRow,
  ProfileMember,
  ProfileEdge,
  ProfileHistory,
  IdentityState,
  MatchModel,
  GenericKey,
  ProfileMergeRejection,
  ProfileRelation,
  MatchTouch,
  ...decisionEntities,
  ...reviewEntities,
]
