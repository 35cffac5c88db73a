import { test } from 'tap'
import { joinEvidence } from './evidence.ts'
import { bitsAt, modelSchema, probabilityAt, sharesOf } from './model.ts'
import { people } from './models/people.ts'
import { reference } from './models/reference.ts'
import { tableOf } from './test-people.ts'

test('every mistake of a model is reported at once, with its path', t => {
  const result = modelSchema.safeParse({
    ...people,
    identity: ['mail'],
    comparisons: [
      { name: 'first', by: 'givenName', fields: ['frist'] },
      { name: 'last', by: 'familyName', fields: ['last'], m: { equal: 0.9, alike: 0.05 } },
      { name: 'last', by: 'familyName', fields: ['last'], u: { equal: 0.9, close: 0.9 } },
    ],
    blocks: [{ name: 'email', on: [{ field: 'emial' }] }],
    vetoes: [{ comparison: 'frist', level: 'conflict' }],
  })
  t.notOk(result.success)
  const paths = result.error?.issues.map(issue => issue.path.join('.')) ?? []
  t.ok(paths.includes('comparisons.2.u'), 'shares above 1')
  const others = modelSchema.safeParse({
    ...people,
    identity: ['mail'],
    comparisons: [
      { name: 'first', by: 'givenName', fields: ['frist'] },
      { name: 'last', by: 'familyName', fields: ['last'], m: { equal: 0.9, alike: 0.05 } },
      { name: 'last', by: 'familyName', fields: ['last'] },
    ],
    blocks: [{ name: 'email', on: [{ field: 'emial' }] }],
    vetoes: [{ comparison: 'frist', level: 'conflict' }],
  })
  const found = others.error?.issues.map(issue => issue.path.join('.')) ?? []
  t.strictSame(found.sort(), [
    'blocks.0.on.0.field',
    'comparisons',
    'comparisons.0.fields.0',
    'comparisons.1.m.alike',
    'identity.0',
    'vetoes.0.comparison',
  ])
  t.end()
})

test('the shipped models are right, and are data: they survive a way through JSON', t => {
  for (const model of [people, reference]) t.strictSame(modelSchema.parse(JSON.parse(JSON.stringify(model))), model)
  t.end()
})

test('the reference weights are exact', t => {
  const bits = Object.fromEntries(reference.comparisons.map(spec => [spec.name, spec.bits]))
  t.strictSame(bits, {
    first: { equal: 6.12, other: -3.25 },
    last: { equal: 10.64, other: -4.32 },
    email: { equal: 10.81, other: -4.32 },
    phone: { equal: 10.81, other: -4.32 },
  })
  t.equal(reference.threshold, 0.99)
  t.ok(Math.abs(bitsAt(0.99) - 6.63) < 0.005)
  t.ok(Math.abs(probabilityAt(bitsAt(0.95)) - 0.95) < 1e-12)
  t.end()
})

test('levels that a model does not mention share what is left', t => {
  t.strictSame(
    sharesOf({ by: 'exact', m: { equal: 0.8 } }, 'm', ['equal', 'other']).map(share => share.toFixed(3)),
    ['0.800', '0.200'],
  )
  t.end()
})

test('evidence joins a model by name, and clashes are reported together', t => {
  const comparator = { levels: ['equal', 'other'], compile: () => () => 2 }
  const spec = { name: 'pet', by: 'pet', fields: ['first'], m: {}, u: {} }
  const joined = joinEvidence(people, [{ name: 'pets', comparators: { pet: comparator }, comparisons: [spec] }])
  t.equal(joined.comparisons.at(-1)!.name, 'pet')
  t.throws(
    () =>
      joinEvidence(people, [
        { name: 'pets', comparators: { email: comparator }, comparisons: [{ ...spec, by: 'unheard' }] },
        { name: 'others', comparisons: [{ ...spec, name: 'email', by: 'exact' }] },
      ]),
    /pets: a comparator is already called email; pet: no comparator is called unheard; two comparisons are called email/,
  )
  t.end()
})

test('evidence on a field that a table has not is left out', t => {
  const table = tableOf([{ first: 'anna', email: 'anna@example.org' }])
  const evidence = [{ name: 'pets', comparisons: [{ name: 'pet', by: 'exact', fields: ['pet'], m: {}, u: {} }] }]
  t.notOk(joinEvidence(people, evidence, table).comparisons.some(({ name }) => name === 'pet'))
  t.end()
})
