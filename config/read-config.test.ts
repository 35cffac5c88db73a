import { join } from 'node:path'
import t, { type Test } from 'tap'
import { OptionError } from '@switchboard/core'
import { planParts } from '@switchboard/core/hub'
import { readEnvironment } from './env.ts'
import { catalogue } from './parts.ts'
import { readConfig } from './read-config.ts'
import { withSimulated } from './simulators.ts'

/** What hub.yaml with this text says, in this environment. */
function read(t: Test, yaml: string, variables: Record<string, string> = {}) {
  const path = join(t.testdir({ 'hub.yaml': yaml }), 'hub.yaml')
  return readConfig(path, catalogue, readEnvironment(variables).lookup)
}

function issuesOf(work: () => unknown): string[] {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof OptionError) return error.issues.map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
}

t.test('the hub.yaml of this house is right as it stands, with nothing in the environment', async t => {
  const config = readConfig(join(import.meta.dirname, 'hub.yaml'), catalogue, readEnvironment({}).lookup)
  const plan = planParts(withSimulated(config.parts, config.simulated), config.unset)
  t.same([...config.issues, ...plan.issues], [])
  t.same(
    plan.off.map(({ name, because }) => `${name}: ${because}`),
    [
      ...['redis: REDIS_URL', 'nats: NATS_URL', 'smtp: SMTP_URL'].map(part => `${part} is not set`),
      'event-log: switched off in the configuration',
    ],
  )
  t.same([...config.simulated.keys()].toSorted(), [
    'appointjet',
    'front',
    'salestools',
    'shopify',
    'simplybookme',
    'twilio',
  ])
})

t.test('a part with `when` is on while its variable is set, and off with the reason while it is not', async t => {
  const yaml = 'adapters:\n  redis:\n    when: ${REDIS_URL}\n    url: ${REDIS_URL}\n'
  const planned = (variables: Record<string, string>) => {
    const { parts, unset } = read(t, yaml, variables)
    return planParts(parts, unset)
  }
  t.match(planned({}), { adapters: [], issues: [], off: [{ name: 'redis', because: 'REDIS_URL is not set' }] })
  t.match(planned({ REDIS_URL: '' }), { adapters: [], issues: [] })
  t.match(planned({ REDIS_URL: 'redis://127.0.0.1' }), { adapters: [{ name: 'redis' }], issues: [], off: [] })
  t.match(planned({ REDIS_URL: 'http://127.0.0.1' }).issues, [{ path: 'adapters.redis.url' }])
})

t.test('an option whose variable is not set says which, by its path', async t => {
  const config = read(t, 'adapters:\n  twilio:\n    accountSid: ${SID}\n    authTokens: ${TOKEN}\nplugins: {}\n')
  const { issues } = planParts(config.parts, config.unset)
  t.same(issues, [
    { path: 'adapters.twilio.accountSid', message: 'SID is not set' },
    { path: 'adapters.twilio.authTokens', message: 'TOKEN is not set' },
  ])
})

t.test('a value comes from the environment, from a file, or from its default', async t => {
  const yaml =
    'adapters:\n  shopify:\n    shop: ${SHOP}\n    token: ${TOKEN}\n    webhookSecrets: ${SECRET:-by default}\n'
  const folder = t.testdir({ 'hub.yaml': yaml, token: 'from the file\n' })
  const { lookup } = readEnvironment({ SHOP: 'a.example', TOKEN_FILE: join(folder, 'token') })
  const { parts } = readConfig(join(folder, 'hub.yaml'), catalogue, lookup)
  t.same(parts.adapters['shopify']?.options, {
    shop: 'a.example',
    token: 'from the file',
    webhookSecrets: 'by default',
  })
})

t.test('two shops are two entries', async t => {
  const { parts } = read(t, 'adapters:\n  shopify: {}\n  shopify-nz: { use: shopify, shop: nz.example }\n')
  t.equal(parts.adapters['shopify-nz']?.use.name, 'shopify')
  t.same(parts.adapters['shopify-nz']?.options, { shop: 'nz.example' })
})

t.test('a part that is switched off is not planned, and who needs it says so', async t => {
  const { parts } = read(t, 'adapters: {}\nplugins:\n  staff: { on: false }\n  access: {}\n')
  t.same(planParts(parts).off, [
    { name: 'staff', kind: 'plugin', because: 'switched off in the configuration' },
    { name: 'access', kind: 'plugin', because: 'nobody provides roster' },
  ])
})

t.test('a part nobody has written, a broken file and a missing one say where and what', async t => {
  t.match(read(t, 'adapters:\n  shopfy: {}\n').issues, [
    { path: 'adapters.shopfy', message: /there is no part "shopfy"/ },
  ])
  t.match(issuesOf(() => read(t, 'adapters:\n  a: [\n'))[0], /hub\.yaml:3:1: /)
  t.match(issuesOf(() => readConfig('/nowhere.yaml', catalogue, () => undefined))[0], /nowhere\.yaml: cannot be read/)
})

t.test('a secret whose file is not there is told by its name', async t => {
  const yaml = 'adapters:\n  shopify: { token: "${TOKEN}" }\n'
  t.same(
    issuesOf(() => read(t, yaml, { TOKEN_FILE: '/nowhere/token' })),
    ['TOKEN_FILE: there is no file /nowhere/token'],
  )
})

t.test('every wrong variable is told at once', async t => {
  t.match(
    issuesOf(() => readEnvironment({ PORT: 'eighty', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://x' })),
    [/^PORT: /, /^DATABASE_URL: /, /^LOG_LEVEL: /],
  )
})
