import { defineEntity, p } from '@mikro-orm/core'

/** How a staff member signs in. */
export const Credential = defineEntity({
  name: 'Credential',
  tableName: 'credential',
  properties: {
    staffId: p.uuid().primary(),
    /** Argon2id, with its parameters and salt. */
    passwordHash: p.text(),
    changedAt: p.datetime().columnType('timestamptz'),
  },
})

/** One refresh token. Those that replaced each other since a sign-in are one family. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  indexes: [
    { name: 'session_family', properties: ['family'] },
    { name: 'session_staff', properties: ['staffId'] },
    { name: 'session_expires', properties: ['expiresAt'] },
  ],
  uniques: [{ name: 'session_token', properties: ['tokenHash'] }],
  properties: {
    id: p.uuid().primary(),
    family: p.uuid(),
    staffId: p.uuid(),
    /** SHA-256 in hex: who reads the table cannot sign in with it. */
    tokenHash: p.text(),
    createdAt: p.datetime().columnType('timestamptz'),
    expiresAt: p.datetime().columnType('timestamptz'),
    /** When it was exchanged for the next one. */
    rotatedAt: p.datetime().columnType('timestamptz').nullable(),
    revokedAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/** A program's way in. */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  uniques: [{ name: 'api_key_hash', properties: ['hash'] }],
  checks: [{ name: 'api_key_role_known', expression: `role in ('viewer', 'agent', 'manager', 'admin')` }],
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    role: p.text(),
    /** SHA-256 in hex; a key is 256 random bits, so nothing slower is needed. */
    hash: p.text(),
    createdAt: p.datetime().columnType('timestamptz'),
    lastUsedAt: p.datetime().columnType('timestamptz').nullable(),
    revokedAt: p.datetime().columnType('timestamptz').nullable(),
  },
})

/** What all hubs on one database sign access tokens with. */
export const AccessSecret = defineEntity({
  name: 'AccessSecret',
  tableName: 'access_secret',
  properties: { name: p.text().primary(), value: p.text(), madeAt: p.datetime().columnType('timestamptz') },
})

/** Failed attempts to sign in, by a hash of whom they were for and where they came from. */
export const SignInFailure = defineEntity({
  name: 'SignInFailure',
  tableName: 'sign_in_failure',
  indexes: [{ name: 'sign_in_failure_failed', properties: ['failedAt'] }],
  properties: {
    subject: p.text().primary(),
    failures: p.integer(),
    blockedUntil: p.datetime().columnType('timestamptz'),
    failedAt: p.datetime().columnType('timestamptz'),
  },
})

/** The tables of this plugin. */
export const accessEntities = [Credential, Session, ApiKey, AccessSecret, SignInFailure]
