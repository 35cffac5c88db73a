import { newId, type Hub, type Staff, type Tx, type Welcome } from '@switchboard/core'
import fc from 'fast-check'
import { test } from 'tap'
import { fieldsJson, screensOf } from './screen.ts'

const noTx = {} as Tx
const person = (name: string): Staff => ({ id: newId<'staff'>(), name, email: '', role: 'agent', isActive: true })

function screens(welcomes: Record<string, Welcome>, people: Staff[]): Promise<Map<Staff['id'], string>> {
  const hub = { welcomes: () => new Map(Object.entries(welcomes)) } as unknown as Hub
  return screensOf(hub, noTx, people)
}

test('fields are written as JSON writes them', t => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined))), fields => {
      if (`{${fieldsJson(fields)}}` !== JSON.stringify(fields)) throw new Error(`another: {${fieldsJson(fields)}}`)
    }),
    { numRuns: 200 },
  )
  const odd = { list: [undefined, null, new Date(0)], none: undefined }
  t.same(JSON.parse(`{${fieldsJson(odd)}}`), { list: [null, null, '1970-01-01T00:00:00.000Z'] })
  t.end()
})

test('each person is shown what is theirs, and what is the same for all is put into words once', async t => {
  let words = 0
  const everybody = [1, 2].map(n => ({ toJSON: () => ({ n, words: ++words }) }))
  const [sam, robin] = [person('Sam'), person('Robin')]
  const shown = await screens(
    { presence: async () => [...everybody], calls: async (_tx, staffId) => (staffId === sam.id ? ['c'] : []) },
    [sam, robin],
  )
  t.equal(words, 2)
  const presence = [
    { n: 1, words: 1 },
    { n: 2, words: 2 },
  ]
  const own = ({ id, name, email, role }: Staff) => ({ id, name, email, role })
  t.same(JSON.parse(`{${shown.get(sam.id)}}`), { calls: ['c'], presence, threads: [], staff: own(sam) })
  t.same(JSON.parse(`{${shown.get(robin.id)}}`), { calls: [], presence, threads: [], staff: own(robin) })
})

test('all fields of all people are asked for in one go', async t => {
  const asked: string[] = []
  const { promise: held, resolve: go } = Promise.withResolvers<void>()
  const ask =
    (field: string): Welcome =>
    async () => {
      asked.push(field)
      await held
      return []
    }
  const shown = screens({ calls: ask('calls'), presence: ask('presence') }, [person('Sam'), person('Robin')])
  await Promise.resolve()
  t.same(asked, ['calls', 'presence', 'calls', 'presence'])
  go()
  t.equal((await shown).size, 2)
})
