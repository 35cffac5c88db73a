import { defineEntity, p } from '@mikro-orm/core'
import { CallNoteRow } from './notes/entities.ts'
import { CallPromiseRow } from './promises/entities.ts'
import { CallRecordingRow } from './recordings/entities.ts'
import { VoicemailRow } from './voicemail/entities.ts'

const time = () => p.datetime().columnType('timestamptz')

/** A conversation by phone: one row, whose lock is its mailbox. */
export const CallRow = defineEntity({
  name: 'Call',
  tableName: 'call',
  indexes: [
    { name: 'call_due', expression: 'create index call_due on call (due_at) where due_at is not null' },
    {
      name: 'call_queued',
      expression: 'create index call_queued on call (queued_at) where queued_at is not null and ended_at is null',
    },
    { name: 'call_live', expression: 'create index call_live on call (id) where ended_at is null' },
    { name: 'call_from', properties: ['callerFrom', 'id'] },
    {
      name: 'call_profile',
      expression: 'create index call_profile on call (profile_id, id) where profile_id is not null',
    },
  ],
  properties: {
    id: p.uuid().primary(),
    adapter: p.text(),
    direction: p.text(),
    state: p.json(),
    callerFrom: p.text().nullable(),
    lineTo: p.text(),
    profileId: p.uuid().nullable(),
    acceptedBy: p.uuid().nullable(),
    recording: p.json().nullable(),
    recorded: p.text().default('off'),
    transfer: p.json().nullable(),
    queuedAt: time().nullable(),
    createdAt: time(),
    enteredAt: time(),
    answeredAt: time().nullable(),
    endedAt: time().nullable(),
    outcome: p.text().nullable(),
    dueAt: time().nullable(),
    dueFor: p.text().nullable(),
    version: p.integer(),
    lastSeq: p.integer(),
    inspectedAt: time().nullable(),
  },
})

/** One party's connection in a call. */
export const CallLegRow = defineEntity({
  name: 'CallLeg',
  tableName: 'call_leg',
  indexes: [
    { name: 'call_leg_call', properties: ['callId'] },
    { name: 'call_leg_live', expression: 'create index call_leg_live on call_leg (call_id) where ended_at is null' },
    { name: 'call_leg_staff', expression: 'create index call_leg_staff on call_leg (staff_id) where ended_at is null' },
  ],
  uniques: [{ name: 'call_leg_vendor', properties: ['vendorId'] }],
  properties: {
    id: p.uuid().primary(),
    callId: p.uuid(),
    role: p.text(),
    staffId: p.uuid().nullable(),
    name: p.text(),
    phone: p.text().nullable(),
    part: p.text().default('talk'),
    isHeld: p.boolean().default(false),
    isMuted: p.boolean().default(false),
    endsOnExit: p.boolean().nullable(),
    vendorId: p.text().nullable(),
    status: p.text(),
    sequence: p.integer().nullable(),
    inConference: p.boolean(),
    conference: p.json().nullable(),
    told: p.text().nullable(),
    turn: p.integer(),
    isEnding: p.boolean(),
    hasSpoken: p.boolean(),
    reason: p.text().nullable(),
    changedAt: time(),
    endedAt: time().nullable(),
  },
})

/** The trail: everything that happened to a call, and why. Only ever added to. */
export const CallEventRow = defineEntity({
  name: 'CallEvent',
  tableName: 'call_event',
  properties: {
    callId: p.uuid().primary(),
    seq: p.integer().primary(),
    at: time(),
    event: p.text(),
    fromState: p.text(),
    toState: p.text(),
    because: p.text(),
    data: p.json(),
  },
})

/** The settings of routing, a version at a time; the highest holds. Only ever added to. */
export const RoutingSettingsRow = defineEntity({
  name: 'RoutingSettings',
  tableName: 'routing_settings',
  properties: {
    version: p.integer().primary().autoincrement(false),
    settings: p.json(),
    before: p.json().nullable(),
    changedBy: p.text(),
    staffId: p.uuid().nullable(),
    changedAt: time(),
    reason: p.text().nullable(),
  },
})

/** Who of a team was rung last, where they are rung in turn. */
export const RoutingTurnRow = defineEntity({
  name: 'RoutingTurn',
  tableName: 'routing_turn',
  properties: { team: p.text().primary(), staffId: p.uuid(), at: time() },
})

/** Whose a person is: who is rung first when they call. */
export const CallAssignmentRow = defineEntity({
  name: 'CallAssignment',
  tableName: 'call_assignment',
  properties: { profileId: p.uuid().primary(), staffId: p.uuid(), assignedBy: p.text(), assignedAt: time() },
})

/** The tables of this plugin. */
export const callEntities = [
  CallRow,
  CallLegRow,
  CallEventRow,
  CallPromiseRow,
  VoicemailRow,
  CallNoteRow,
  CallRecordingRow,
  RoutingSettingsRow,
  RoutingTurnRow,
  CallAssignmentRow,
]
