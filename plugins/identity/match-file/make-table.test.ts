import t from 'tap'
import type { Column, Table } from '@switchboard/core'
import { people } from '../engine/models/people.ts'
import { makeTable } from './make-table.ts'

const columns = ['firstname', 'lastname', 'email', 'phone', 'name']
/** More than one thread takes on alone. */
const count = 30_000

t.test('two threads clean as one does: the same rows in the same order', async t => {
  const plain = await tableOf([])
  const alone = await tableOf([{ name: 'nothing' }])
  t.equal(plain.count, count)
  t.same(Object.keys(plain.fields), Object.keys(alone.fields))
  for (const name of Object.keys(plain.fields)) {
    const [one, other] = [plain.fields[name]!, alone.fields[name]!]
    const differing = Array.from({ length: count }, (_, row) => row).filter(
      row => textOf(one, row) !== textOf(other, row),
    )
    t.same(differing, [], name)
  }
  t.equal(textOf(plain.fields.email!, 29_999), 'p9999@example.com')
})

async function tableOf(evidence: { name: string }[]): Promise<Table> {
  const maker = await makeTable({ model: people, columns, region: 'AU', evidence })
  for (let row = 0; row < count; row++) {
    maker.add(row, [
      `Ann${row % 50}`,
      row % 7 === 0 ? '' : `O'Lee ${row % 90}`,
      `P${row % 10_000}@example.com`,
      [`0491 57${String(row % 10_000).padStart(4, '0')}`],
      null,
    ])
    if (row % 1000 === 0) await maker.ready()
  }
  return maker.end()
}

function textOf({ ids, start, text }: Column, row: number): string {
  const all = start ? [...ids.subarray(start[row], start[row + 1])] : [ids[row]!].filter(id => id !== -1)
  return all.map(text).sort().join(' ')
}
