import t from 'tap'
import { foldName } from '@switchboard/core'
import { eitherNames } from './given-names-either.ts'
import { womensNames } from './given-names-f.ts'
import { mensNames } from './given-names-m.ts'
import { isListedGivenName } from './given-names.ts'
import { namesOfTable } from './nicknames.ts'

t.test('given names of many countries are listed, and so is every name of the nickname table', t => {
  for (const name of 'anna aroha bob fatima giovanni gurpreet hiroshi katarzyna linh mohammed niamh priya thabo xiaoming'.split(
    ' ',
  ))
    t.ok(isListedGivenName(name), name)
  for (const name of namesOfTable()) if (!isListedGivenName(name)) t.fail(`${name} is not listed`)
  t.end()
})

t.test('words and last names are not given names', t => {
  for (const name of ['', 'smith', 'nguyen', 'customer', 'test', 'o', 'constructor'])
    t.notOk(isListedGivenName(name), name)
  t.end()
})

t.test('the lists are folded and do not overlap', t => {
  const lists = [womensNames, mensNames, eitherNames].map(list => list.trim().split(/\s+/))
  for (const name of lists.flat()) if (foldName(name) !== name) t.fail(`${name} is not folded`)
  t.equal(new Set(lists.flat()).size, lists.flat().length)
  for (const name of lists.flat()) if (!isListedGivenName(name)) t.fail(`${name} is not listed`)
  t.end()
})
