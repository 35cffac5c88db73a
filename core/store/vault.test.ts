import t, { type Test } from 'tap'
import { z } from 'zod'
import { testDatabase } from '@switchboard/test-postgres'
import { silentLog } from '../hub/log.ts'
import type { Renewal, Vault } from '../ports/adapter.ts'
import { openStore } from './open.ts'
import { openVault } from './vault.ts'

type Token = { text: string; goodUntil: number }

/** Two instances of one hub, and a vendor whose tokens are good for ten turns of the clock. */
async function vaults(t: Test) {
  const { url } = await testDatabase(t)
  const clock = { turn: 0 }
  const open = async (): Promise<Vault> => {
    const store = await openStore({ url, log: silentLog() })
    t.teardown(() => store.close())
    return openVault('shop', { store, now: () => new Date(), signal: new AbortController().signal })
  }
  const olds: (string | null)[] = []
  const token: Renewal<Token> = {
    shape: z.object({ text: z.string(), goodUntil: z.number() }),
    isGood: ({ goodUntil }) => goodUntil > clock.turn,
    make: async old => {
      olds.push(old?.text ?? null)
      await new Promise(resolve => setTimeout(resolve, 30))
      return { text: `token ${olds.length}`, goodUntil: clock.turn + 10 }
    },
  }
  return { one: await open(), other: await open(), token, olds, clock }
}

t.test('a value is got once for all who ask, in every instance, and again when it is no longer good', async t => {
  const { one, other, token, olds, clock } = await vaults(t)
  const ask = (): Promise<Token[]> =>
    Promise.all([one, other, one, other, one].map(vault => vault.renewed('token', token)))
  t.same(new Set((await ask()).map(({ text }) => text)), new Set(['token 1']))
  clock.turn = 10
  t.same(new Set((await ask()).map(({ text }) => text)), new Set(['token 2']))
  t.same(olds, [null, 'token 1'], 'the last one is handed to whoever renews it')
})

t.test('a renewal that fails is told to whoever asked, and the next one tries again', async t => {
  const { one, token } = await vaults(t)
  const failing = { ...token, make: () => Promise.reject(new Error('wrong password')) }
  await t.rejects(one.renewed('token', failing), { message: 'wrong password' })
  t.match(await one.renewed('token', token), { text: 'token 1' })
})
