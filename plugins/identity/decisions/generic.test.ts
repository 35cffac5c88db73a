import t from 'tap'
import { reference } from '../engine/models/reference.ts'
import { letters } from '../test-hub.ts'
import { deciding } from './test-acts.ts'

const email = 'orders@shop.example'

t.test(
  'a contact that tells nobody apart is shown, hidden to who need not know, and confirmed or lifted on record',
  async t => {
    const { hub, orders, get, post } = await deciding(t, { model: reference, cap: 6 })
    const crowd = Array.from({ length: 9 }, (_, at) => {
      const name = letters(at + 10)
      return [`o${at}`, { firstName: name, lastName: `${name}sen`, email, phones: [`041230001${at}`] }] as [
        string,
        object,
      ]
    })
    await orders(Object.fromEntries(crowd))
    const { json } = await get('/api/generic-contacts')
    t.match(json.items, [{ field: 'email', value: email, people: 9, state: 'generic', decidedBy: null }])
    const hidden = (await get('/api/generic-contacts', 'agent')).json.items[0]
    t.same([hidden.id, hidden.value], [json.items[0].id, 'o•••s@shop.example'])
    const path = `/api/generic-contacts/${json.items[0].id}`
    t.equal((await post(path, { decision: 'lift' }, { role: 'agent' })).status, 403)
    t.equal((await post('/api/generic-contacts/none', { decision: 'lift' })).status, 404)
    const lifted = await post(path, { decision: 'lift', reason: 'a family' })
    t.match(lifted.json, { state: 'lifted', decidedBy: 'key:manager' })
    await hub.runJob('ClientSync')
    t.match((await post(path, { decision: 'confirm' })).json, { state: 'confirmed' })
    const { items } = (await get('/api/audit?what=generic.')).json
    t.match(items, [
      { what: 'generic.confirm', before: { state: 'lifted' }, after: { state: 'confirmed' } },
      { what: 'generic.lift', reason: 'a family', before: { state: 'generic' } },
    ])
    t.notMatch(JSON.stringify(items), /shop\.example/)
  },
)
