import fc from 'fast-check'
import t from 'tap'
import { layoutOf } from './layout.ts'
import { maskedEmail, maskedPhone } from './mask.ts'
import { apartPicture, whyPicture } from './picture.ts'
import { overlap } from './svg.ts'
import { linked, shares, tied, whyOf } from './test-why.ts'

const jane = tied('Jane Smith', { records: 3 })
const jayne = tied('Jayne Smith', { email: null, source: 'front', sources: ['front'] })
const said = shares('first close 2.5', 'last equal 10.64', 'email missing', 'phone equal 10.81')

t.test('the weakest link is drawn field by field, with its threshold, sum and probability', async t => {
  const svg = whyPicture(whyOf([jane, jayne], [linked(jane, jayne, said, -5)]))
  for (const text of [
    'first name',
    'Jayne',
    '+10.6',
    '−5.0',
    'one person from 6.6 bits',
    '18.9 bits',
    'together: one person',
  ])
    t.ok(svg.includes(text), text)
  t.equal(count(svg, 'class="edge weakest"'), 1)
  t.equal(count(svg, 'class="card'), 2)
})

t.test('emails and phones are partly hidden', async t => {
  const svg = whyPicture(whyOf([jane, jayne], [linked(jane, jayne, said)]))
  t.notMatch(svg, /jane\.smith@|412345678/)
  t.match(svg, /j•••h@x\.example/)
  t.equal(maskedEmail('ab@x.example'), 'a•••@x.example')
  t.equal(maskedEmail('nonsense'), '•••')
  t.equal(maskedPhone('+61412345678'), '+614•••678')
  t.equal(maskedPhone('000'), '•••')
})

t.test('one who says everything needs no comparison', async t => {
  const svg = whyPicture(whyOf([jane], []))
  t.match(svg, /every record says the same/)
  t.equal(count(svg, 'class="edge'), 0)
})

t.test('more than twelve are counted, and the weakest link is among those drawn', async t => {
  const nodes = Array.from({ length: 50 }, (_, at) => tied(`Jane S${at}`, { records: 50 - at }))
  const links = nodes.slice(1).map((node, at) => linked(nodes[at]!, node, at === 47 ? said : shares('email equal 30')))
  const svg = whyPicture(whyOf(nodes, links))
  t.equal(count(svg, 'class="card'), 12)
  t.match(svg, /and 39 more/)
  t.match(svg, />Jane S47</)
  t.match(svg, />Jane S48</)
  t.equal(count(svg, 'class="edge weakest"'), 1)
})

t.test('two who are two are drawn with what keeps them so', async t => {
  const svg = apartPicture({
    ...{ profileId: 'a', with: 'b', names: ['Jane Smith', 'John <Smith>'], model: 'people', decisions: [] },
    ...{
      threshold: { probability: 0.99, bits: 6.63 },
      because: ['shop 7 names them as two'],
      flips: 'only people can',
    },
    best: linked(jane, jayne, shares('first conflict -9', 'email equal 10')),
  })
  t.match(svg, /John &lt;Smith&gt;/)
  t.match(svg, /not enough for one person/)
  t.match(svg, /names them as two/)
})

t.test('whatever names and values say, the drawing is well-formed XML that runs nothing', async t => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('<script>', ']]>', '&amp;', '"\'', '\u0000'),
  )
  fc.assert(
    fc.property(nasty, nasty, (one, other) => {
      const [a, b] = [
        tied('Jane', { name: one, externalId: other, email: other }),
        tied('John', { name: other, source: one }),
      ]
      const svg = whyPicture(whyOf([a, b], [linked(a, b, [{ field: one, level: other, bits: 7 }])]))
      t.notMatch(svg.replaceAll('\n', ''), /<script|\p{Cc}/u)
      const bare = svg.replaceAll(/<style>[^<]*<\/style>/g, '').replaceAll(/<[a-z/][^<>]*>/g, '')
      t.notMatch(bare, /[<>]|&(?!amp;|lt;|gt;|quot;)/)
    }),
    { numRuns: 150 },
  )
})

t.test('no card covers another, and no tag covers a card or a tag, for any tree of up to twelve', async t => {
  const tree = fc
    .integer({ min: 1, max: 12 })
    .chain(size => fc.tuple(...Array.from({ length: size - 1 }, (_, at) => fc.nat(at))))
  fc.assert(
    fc.property(tree, parents => {
      const edges = parents.map((parent, at): [number, number] => [parent, at + 1])
      const { cards, edges: drawn, height } = layoutOf({ count: edges.length + 1, edges }, 960)
      const boxes = [...cards, ...drawn.map(({ tag }) => tag)]
      t.ok(boxes.every(box => box.x >= 0 && box.x + box.width <= 960 && box.y >= 0 && box.y + box.height <= height))
      t.notOk(boxes.some((box, at) => boxes.slice(at + 1).some(other => overlap(box, other))))
    }),
    { numRuns: 300 },
  )
})

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
