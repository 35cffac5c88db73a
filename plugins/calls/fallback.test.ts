import { newId } from '@switchboard/core'
import t from 'tap'
import { fallbackRoutes } from './fallback.ts'
import { startCallHub } from './test-hub.ts'

t.test('markup is answered to anybody, by GET and POST, also while the database is away', async t => {
  const at = await startCallHub(t, [], newId(), { voicemailGreeting: 'Speak.', voicemailMaxSeconds: 60 })
  at.vendor.fallback = message => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: JSON.stringify(message),
  })
  const ask = async (method: string, query = '') => {
    const body = method === 'POST' ? new URLSearchParams({ CallSid: 'CA1', ErrorCode: '11200' }) : null
    const answer = await fetch(`${at.hub.url}/fallback/voice${query}`, { method, body })
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() }
  }
  const whole = { say: 'Speak.', maxSeconds: 60, next: `${at.hub.publicUrl}/fallback/voice?step=end` }
  t.match(await ask('POST'), { status: 200, type: 'text/xml', body: whole })
  t.match(
    await ask('GET', '?step=end'),
    { status: 200, body: null },
    'the recording is over: the caller hears nothing twice',
  )
  await at.hub.store.close()
  t.match(await ask('POST'), { status: 200, body: whole })
})

t.test('a vendor that has no such markup is told so', async t => {
  const settings = { voicemailGreeting: 'Speak.', voicemailMaxSeconds: 60 }
  const [route] = fallbackRoutes({ telephony: () => ({}) as never, publicUrl: 'https://hub.example', settings })
  await t.rejects(route!.handle({ query: {} } as never), { code: 'unavailable' })
})
