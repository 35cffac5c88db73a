import fc from 'fast-check'
import t from 'tap'
import { bearerOf } from './auth.ts'

t.test('a bearer is read from the header, however the scheme is written', async t => {
  t.equal(bearerOf('Bearer abc.def-g_h~1+/=='), 'abc.def-g_h~1+/==')
  t.equal(bearerOf('bearer  abc '), 'abc')
})

t.test('what is no bearer is none', async t => {
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'xBearer abc', 'Bearer abc,def'])
    t.equal(bearerOf(header), null, String(header))
})

t.test('a token survives the header', async t => {
  fc.assert(fc.property(fc.stringMatching(/^[\w.~+/-]+=*$/), token => bearerOf(`Bearer ${token}`) === token))
  t.pass('for every token')
})
