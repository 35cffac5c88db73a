import { createHmac } from 'node:crypto'
import { identityOf, newId, type StaffId } from '@switchboard/core'
import t from 'tap'
import { twilioAdapter, twilioKit } from './testing.ts'

const kit = twilioKit('https://hub.example.test')
const keys = { apiKeySid: `SK${'1'.repeat(32)}`, apiKeySecret: 'key-secret', twimlAppSid: `AP${'1'.repeat(32)}` }

t.test('a staff client gets a token that lets it be rung, signed with the API key', async t => {
  const staffId: StaffId = newId()
  const now = new Date()
  const { telephony } = twilioAdapter({ ...kit, now: () => now }, { ...keys, clientTokenTtlSeconds: 600 })
  const { token, expiresAt } = telephony.clientToken?.(staffId) ?? { token: '', expiresAt: null }
  const [head = '', payload = '', signature] = token.split('.')
  t.equal(createHmac('sha256', 'key-secret').update(`${head}.${payload}`).digest('base64url'), signature)
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  t.match(claims, {
    iss: keys.apiKeySid,
    sub: `AC${'5b'.repeat(16)}`,
    grants: {
      identity: identityOf(staffId),
      voice: { incoming: { allow: true }, outgoing: { application_sid: keys.twimlAppSid } },
    },
  })
  t.equal(claims.exp - claims.iat, 600)
  t.equal(expiresAt?.getTime(), now.getTime() + 600_000)
})

t.test('without an API key there are no tokens', async t => {
  const { telephony } = twilioAdapter(kit, { apiKeySid: undefined, apiKeySecret: undefined })
  t.equal(telephony.clientToken, undefined)
})
