import fc from 'fast-check'
import t from 'tap'
import { numbering } from './numbering.ts'

t.test('each text has one number, in the order of the first meeting, and can be had back', async () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 300 }), texts => {
      const numbers = numbering()
      const distinct = [...new Set(texts)]
      const given = texts.map(text => numbers.add(text))
      return (
        numbers.size === distinct.length &&
        texts.every((text, at) => given[at] === distinct.indexOf(text) && numbers.find(text) === given[at]) &&
        distinct.every((text, at) => numbers.text(at) === text) &&
        (distinct.includes('other than all') || numbers.find('other than all') === -1)
      )
    }),
  )
})

t.test('texts are ordered by their code points', async t => {
  const numbers = numbering()
  const texts = ['😀', '\uFF5E', 'b', 'a', 'ab', '']
  for (const text of texts) numbers.add(text)
  const sorted = texts.map((_, at) => at).sort((a, b) => numbers.compare(a, b))
  t.same(
    sorted.map(at => texts[at]),
    ['', 'a', 'ab', 'b', '\uFF5E', '😀'],
  )
})

t.test('a hundred thousand texts keep their numbers while it grows', async t => {
  const numbers = numbering()
  const wrong = Array.from({ length: 100_000 }, (_, at) => numbers.add(`row ${at}`)).filter(
    (number, at) => number !== at,
  )
  t.same(wrong, [])
  t.equal(numbers.find('row 99999'), 99_999)
  t.equal(numbers.text(12_345), 'row 12345')
})
