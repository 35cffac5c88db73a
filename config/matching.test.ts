import t from 'tap'
import { identity } from './matching.ts'

t.test('what this install counts as evidence can run, and is the people model', async t => {
  const { model, cap, steps } = identity.options.parse({})
  t.match({ name: model.name, cap, steps: steps.length }, { name: 'people', cap: 200, steps: 11 })
})

t.test('an entry in hub.yaml settles it otherwise', async t => {
  t.match(identity.options.parse({ cap: 50, region: 'NZ' }), { cap: 50, region: 'NZ', model: { name: 'people' } })
  t.equal(identity.options.safeParse({ steps: ['score'] }).success, false)
  t.equal(identity.options.safeParse({ region: 'Australia' }).success, false)
})
