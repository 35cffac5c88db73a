import t from 'tap'
import { addressOf } from './address.ts'

const from = (remoteAddress: string, forwarded?: string): string =>
  addressOf({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as never)

t.test('without a proxy it is the other end of the connection', async t => {
  t.equal(from('203.0.113.7'), '203.0.113.7')
  t.equal(from('::ffff:203.0.113.7'), '203.0.113.7')
  t.equal(from('2001:db8::7'), '2001:db8::7')
})

t.test('a proxy nearby is believed about the one it forwards for, and no further', async t => {
  t.equal(from('::ffff:10.1.2.3', '198.51.100.1, 203.0.113.7'), '203.0.113.7')
  t.equal(from('::1', '203.0.113.7'), '203.0.113.7')
  t.equal(from('127.0.0.1', 'nobody'), '127.0.0.1')
})

t.test('somebody from outside is not believed', async t => {
  t.equal(from('203.0.113.7', '198.51.100.1'), '203.0.113.7')
  t.equal(from('2001:db8::7', '198.51.100.1'), '2001:db8::7')
})
