import t from 'tap'
import { idMaker, isId, newId } from './id.ts'

t.test('an id made later sorts later, also where very many are made', async t => {
  const before = newId()
  const make = idMaker()
  const ids = Array.from({ length: 5000 }, make)
  t.equal(new Set(ids).size, ids.length)
  t.ok(ids.every(isId))
  t.same(ids, ids.toSorted())
  t.ok(before.slice(0, 13) <= ids[0]!.slice(0, 13))
})
