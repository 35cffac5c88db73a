import t from 'tap'
import { foldName } from '@switchboard/core'
import { shippedShare } from './common.ts'
import { isListedGivenName } from './given-names.ts'

t.test('common names have larger shares than rare ones', t => {
  t.ok(shippedShare('last', 'smith') > shippedShare('last', 'walker'))
  t.ok(shippedShare('last', 'walker') > shippedShare('last', 'whitlock'))
  t.ok(shippedShare('first', 'david') > shippedShare('first', 'angus'))
  t.end()
})

t.test('a name is judged as what it is: a first name or a last name', t => {
  t.equal(shippedShare('first', 'smith'), 1e-5)
  t.equal(shippedShare('last', 'jennifer'), 1e-5)
  t.equal(shippedShare('last', foldName("O'Brien")), 0.00075)
  for (const name of ['', 'nobody', 'constructor']) t.equal(shippedShare('first', name), 1e-5, name)
  t.end()
})

t.test('every name that is common is listed as a given name', t => {
  for (const name of ['david', 'mary', 'kylie', 'geoffrey', 'rhonda', 'lachlan', 'isla']) {
    t.ok(shippedShare('first', name) > 1e-4, name)
    t.ok(isListedGivenName(name), name)
  }
  t.end()
})
