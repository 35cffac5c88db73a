import t from 'tap'
import { makeHealth, type Check, type Phase } from './health.ts'

const check = (name: string, ailing: Check['ailing']): Check => ({ name, ailing })
const fine = check('fine', () => null)
const health = (phase: Phase, ...checks: Check[]) => makeHealth({ phase: () => phase, checks: () => checks })()
const ready: Phase = { status: 'ready', reasons: [] }

t.test('it is ready when the hub says so and every check passes', async t => {
  t.same(
    await health(
      ready,
      fine,
      check('later', async () => null),
    ),
    { status: 'ready', reasons: [] },
  )
})

t.test('while it starts or drains nothing is checked, and the reasons are the hub’s own', async t => {
  const never = check('never', () => t.fail('was asked') as never)
  t.same(await health({ status: 'starting', reasons: ['migrations'] }, never), {
    status: 'starting',
    reasons: ['migrations'],
  })
  t.same(await health({ status: 'draining', reasons: [] }, never), { status: 'draining', reasons: [] })
})

t.test('every check that fails is named, also one that throws', async t => {
  const checks = [
    check('database', async () => 'is away'),
    check('twilio', () => {
      throw new Error('no token')
    }),
    check('shop', () => Promise.reject(new Error('gone'))),
  ]
  t.same(await health(ready, fine, ...checks), {
    status: 'ailing',
    reasons: ['database: is away', 'twilio: no token', 'shop: gone'],
  })
})

t.test('a check that never ends fails', async t => {
  t.same(
    await health(
      ready,
      check('slow', () => new Promise(() => {})),
    ),
    {
      status: 'ailing',
      reasons: ['slow: no answer within 2 s'],
    },
  )
})
