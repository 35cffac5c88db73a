import t from 'tap'
import { identityOptions, optionsWith } from '../settings.ts'
import { mistakesIn, stepNames } from './steps.ts'

t.test('the usual steps are in an order that works', async t => {
  t.same(mistakesIn(stepNames), [])
})

t.test('a step before what it needs, an unknown step and a missing one are all named', async t => {
  const swapped = stepNames.toSpliced(stepNames.indexOf('profiles'), 1).toSpliced(1, 0, 'profiles')
  t.match(mistakesIn(swapped), [/"profiles" needs candidates/, /"profiles" needs judgement/])
  t.match(mistakesIn([...stepNames, 'guess']), [/no step "guess"; there are ingest, clean/])
  t.match(mistakesIn(stepNames.filter(name => name !== 'nets')), ['no step makes swept'])
})

t.test('options say every mistake in the steps, also in those that an install settled beforehand', async t => {
  const { error } = identityOptions.safeParse({ steps: ['ingest', 'clean'] })
  t.match(
    error?.issues.map(({ path }) => path[0]),
    ['steps', 'steps'],
  )
  t.equal(optionsWith({ steps: ['ingest'] }).safeParse({}).success, false)
  t.same(optionsWith({ cap: 5 }).parse({}).cap, 5)
  t.same(optionsWith({ cap: 5 }).parse({ cap: 7 }).cap, 7)
})
