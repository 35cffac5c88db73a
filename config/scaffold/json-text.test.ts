import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { test } from 'tap'
import { jsonText } from './json-text.ts'

const root = join(import.meta.dirname, '../..')

test('JSON is written as prettier writes it, so that saved fixtures pass the check', async t => {
  const folder = t.testdir({})
  const line = fc.sample(fc.array(fc.integer(), { minLength: 20, maxLength: 60 }), { seed: 1, numRuns: 10 })
  const values = fc.sample(fc.jsonValue({ maxDepth: 5 }), { seed: 2, numRuns: 60 })
  const words = fc.sample(fc.array(fc.string(), { minLength: 5, maxLength: 30 }), { seed: 3, numRuns: 10 })
  const lists = [
    [[1, 2]],
    [[1], [2]],
    {
      a: [
        [1, 2],
        [3, 4],
      ],
    },
    [[], {}],
    [{ a: 1 }, { b: [] }],
    'text',
    null,
  ]
  const all = [...lists, ...values, ...line.map(numbers => ({ deep: { numbers } })), ...words.map(list => [{ list }])]
  for (const [nth, value] of all.entries()) writeFileSync(join(folder, `${nth}.json`), jsonText(value))
  const args = ['--config', join(root, '.prettierrc.json'), '--ignore-path', join(folder, 'none'), '--check', folder]
  const { status, stderr } = spawnSync(join(root, 'node_modules/.bin/prettier'), args, { encoding: 'utf8' })
  t.equal(status, 0, stderr)
})
