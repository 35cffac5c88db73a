import fc from 'fast-check'
import t from 'tap'
import { foldName } from '@switchboard/core'
import { areNicknames, namesOfTable } from './nicknames.ts'

const known = [...namesOfTable()]

t.test('a short form goes with its full name, and with other short forms of it', t => {
  const pairs = [
    'robert bob',
    'bob rob',
    'margaret peggy',
    'elizabeth betsy',
    'william bill',
    'catherine katie',
    'james jimmy',
    'giuseppe joe',
    'konstantinos con',
    'dimitrios jim',
    'aleksandr sasha',
    'gurpreet preet',
    'francisco paco',
    'wilhelmus wim',
    'padraig paddy',
  ]
  for (const pair of pairs) {
    const [one = '', other = ''] = pair.split(' ')
    t.ok(areNicknames(one, other), pair)
  }
  t.end()
})

t.test('spellings of one name go together', t => {
  const pairs =
    'catherine/kathryn stephen/steven jon/john geoffrey/jeffrey sara/sarah mohammed/muhammad mohamed/mohd hussein/hossein'
  for (const pair of pairs.split(' ')) {
    const [one = '', other = ''] = pair.split('/')
    t.ok(areNicknames(one, other), pair)
  }
  t.ok(areNicknames('mary ann', 'maryann'))
  t.ok(areNicknames('xiao ming', 'xiaoming'), 'also where the name is not in the table')
  t.end()
})

t.test('two names that share a short form are still two names', t => {
  for (const pair of [
    'robert/albert',
    'alexander/alexandra',
    'patrick/patricia',
    'samuel/samantha',
    'michael/michelle',
  ]) {
    const [one = '', other = ''] = pair.split('/')
    t.notOk(areNicknames(one, other), pair)
  }
  t.end()
})

t.test('names that only sound alike are two', t => {
  const pairs =
    'eric/erin aaron/erin john/joan mark/mary paul/paula daniel/danielle maria/mario anna/adam jane/john emma/emily louise/louis'
  for (const pair of pairs.split(' ')) {
    const [one = '', other = ''] = pair.split('/')
    t.notOk(areNicknames(one, other), pair)
  }
  t.end()
})

t.test('all names of the table are folded, and it holds both ways', t => {
  t.ok(known.length > 3000)
  for (const name of known) if (foldName(name) !== name) t.fail(`${name} is not folded`)
  fc.assert(
    fc.property(fc.constantFrom(...known), fc.constantFrom(...known), (one, other) => {
      return areNicknames(one, other) === areNicknames(other, one)
    }),
  )
  t.end()
})

t.test('any text may be asked about', t => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), name => !areNicknames(name, `${name}x`)))
  for (const name of ['constructor', '__proto__', 'toString']) t.notOk(areNicknames(name, 'robert'), name)
  t.end()
})
