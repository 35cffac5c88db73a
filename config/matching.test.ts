import t from 'tap'
import { identity } from './matching.ts'

t.test(
  'what this install counts as evidence can run, and is the reference model to the hundredth of a bit',
  async t => {
    const { model, cap, steps } = identity.options.parse({})
    t.same(model.weights, {
      first: { equal: 6.12, differs: -3.25 },
      last: { equal: 10.64, differs: -4.32 },
      email: { equal: 10.81, differs: -4.32 },
      phone: { equal: 10.81, differs: -4.32 },
    })
    t.same({ threshold: model.threshold, cap, steps: steps.length }, { threshold: 0.99, cap: 200, steps: 12 })
  },
)

t.test('an entry in hub.yaml settles it otherwise', async t => {
  t.match(identity.options.parse({ cap: 50, region: 'NZ' }), { cap: 50, region: 'NZ', model: { name: 'reference' } })
  t.equal(identity.options.safeParse({ steps: ['score'] }).success, false)
  t.equal(identity.options.safeParse({ region: 'Australia' }).success, false)
})
