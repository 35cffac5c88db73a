import t from 'tap'
import { testDatabase } from '@switchboard/test-postgres'
import { silentLog } from '../hub/log.ts'
import { after, day, minute } from '../model/time.ts'
import { openStore } from '../store/open.ts'
import { answerOnce, fingerprintOf, purgeIdempotencyKeys, type KeptAnswer } from './idempotency.ts'

const start = new Date('2026-03-01T10:00:00Z')

t.test('idempotency keys', async t => {
  const { url } = await testDatabase(t)
  const store = await openStore({ url, log: silentLog() })
  t.teardown(() => store.close())
  const once = (key: string, now: Date, answer: () => Promise<KeptAnswer>, fingerprint = 'f-1') =>
    answerOnce({ store, log: silentLog(), now }, { principal: 'staff:1', key, fingerprint }, answer)
  const saying = (body: string) => async (): Promise<KeptAnswer> => ({ status: 200, body })

  t.test('of two at once one acts, and the other is told to wait', async t => {
    let finish = (): void => {}
    let acted = 0
    const slow = (): Promise<KeptAnswer> => {
      acted++
      return new Promise(resolve => (finish = () => resolve({ status: 200, body: '"slow"' })))
    }
    const first = once('twin', start, slow)
    while (acted === 0) await new Promise(resolve => setImmediate(resolve))
    await t.rejects(once('twin', start, slow), { code: 'idempotency_conflict', message: /under way/ })
    finish()
    t.same(await first, { status: 200, body: '"slow"', isReplayed: false })
    t.same(await once('twin', start, slow), { status: 200, body: '"slow"', isReplayed: true })
    t.equal(acted, 1)
  })

  t.test('of many at once exactly one acts', async t => {
    let acted = 0
    const answer = async (): Promise<KeptAnswer> => ({ status: 200, body: String(++acted) })
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => once('crowd', start, answer)))
    t.equal(acted, 1)
    t.ok(all.every(one => one.status === 'rejected' || one.value.body === '1'))
  })

  t.test('a request lost with its process gives its key up after a while', async t => {
    void once('lost', start, () => new Promise(() => {})).catch(() => {})
    const until = async (is: () => Promise<boolean>): Promise<void> => {
      while (!(await is())) await new Promise(resolve => setImmediate(resolve))
    }
    await until(async () => {
      const rows = await store.read(tx => tx.sql`select 1 from idempotency_key where key = 'lost'`)
      return rows.length === 1
    })
    await t.rejects(once('lost', after(start, 4 * minute), saying('"no"')), { code: 'idempotency_conflict' })
    t.match(await once('lost', after(start, 6 * minute), saying('"yes"')), { body: '"yes"', isReplayed: false })
  })

  t.test('an answer is kept for a day', async t => {
    await once('daily', start, saying('"old"'))
    t.match(await once('daily', after(start, day - minute), saying('"new"')), { body: '"old"', isReplayed: true })
    t.match(await once('daily', after(start, day + minute), saying('"new"')), { body: '"new"', isReplayed: false })
  })

  t.test('a failure is not kept, and keeps its own error', async t => {
    const broken = async (): Promise<never> => {
      throw new Error('the handler broke')
    }
    await t.rejects(once('broken', start, broken), { message: 'the handler broke' })
    t.match(await once('broken', start, saying('"mended"')), { isReplayed: false })
  })

  t.test('what is older than a day is forgotten', async t => {
    await once('ancient', after(start, -2 * day), saying('"x"'))
    await once('recent', start, saying('"x"'))
    t.ok((await purgeIdempotencyKeys(store, start)) >= 1)
    const left = await store.read(tx => tx.sql<{ key: string }>`select key from idempotency_key`)
    const keys = left.map(({ key }) => key)
    t.ok(keys.includes('recent'))
    t.notOk(keys.includes('ancient'))
  })
})

t.test('a fingerprint tells requests apart by method, address and every byte', async t => {
  const prints = [
    fingerprintOf('POST', '/a', Buffer.from('{}')),
    fingerprintOf('PUT', '/a', Buffer.from('{}')),
    fingerprintOf('POST', '/a?x', Buffer.from('{}')),
    fingerprintOf('POST', '/a', Buffer.from('{ }')),
  ]
  t.equal(new Set(prints).size, 4)
  t.equal(fingerprintOf('POST', '/a', Buffer.from('{}')), prints[0])
})
