import t from 'tap'
import { options } from './options.ts'

const accountSid = `AC${'0'.repeat(32)}`

t.test('tokens are given as text, with commas, or as a list', async t => {
  const tokens = (authTokens: string | string[]): string[] => options.parse({ accountSid, authTokens }).authTokens
  t.same(tokens('one'), ['one'])
  t.same(tokens('new, old'), ['new', 'old'])
  t.same(tokens(['new', 'old']), ['new', 'old'])
})

t.test('texts are carried, and requests limited, unless told otherwise', async t => {
  t.match(options.parse({ accountSid, authTokens: 'x' }), {
    ...{ messaging: true, concurrency: 10, perSecond: undefined, historyDays: 365, fallbackUrl: undefined },
  })
})

t.test('what is wrong is named', async t => {
  const paths = (given: object): unknown[] =>
    options.safeParse(given).error?.issues.map(issue => issue.path.join('.')) ?? []
  t.same(paths({}), ['accountSid', 'authTokens'])
  t.same(paths({ accountSid: 'AC1', authTokens: '' }), ['accountSid', 'authTokens'])
  t.same(paths({ accountSid, authTokens: [] }), ['authTokens'])
  t.same(paths({ accountSid, authTokens: ',' }), ['authTokens'], 'a token that is empty would believe everybody')
  t.same(paths({ accountSid, authTokens: 'x', url: 'nowhere', callerId: '0255501234' }), ['url', 'callerId'])
  t.same(paths({ accountSid, authTokens: 'x', apiKeySid: 'SK1' }), ['apiKeySecret'])
  const wrong = { messagingServiceSid: 'SM1', fallbackUrl: 'x', pageSize: 1001, concurrency: 0, perSecond: 0 }
  t.same(paths({ accountSid, authTokens: 'x', ...wrong }).sort(), Object.keys(wrong).sort())
})
