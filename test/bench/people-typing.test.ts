import t from 'tap'
import { canonicalEmail, cleanEmail, cleanPhone, foldName } from '@switchboard/core'
import { phoneOf } from './people-households.ts'
import { mixes } from './people-mix.ts'
import { seeded } from './people-random.ts'
import { typing } from './people-typing.ts'

const none = { nameTypo: 0, emailTypo: 0, phoneTypo: 0, junkEmail: 0, junkPhone: 0 }
const random = seeded(11)
const careful = typing(random, { ...mixes.usual, ...none, spelling: 1, alias: 1 })

t.test('a phone without an error is the same phone in whatever way it is written', async t => {
  const numbers = Array.from({ length: 500 }, () => phoneOf(random))
  const wrong = numbers.filter(number => {
    const e164 = number.startsWith('+') ? number : `+61${number}`
    return cleanPhone(careful.phone(number)) !== e164
  })
  t.same(wrong, [])
})

t.test('an alias of an email reaches the same mailbox', async t => {
  for (const address of ['jane.doe@gmail.com', 'janedoe7@gmail.com', 'jane.doe@inbox.example']) {
    for (let time = 0; time < 40; time++) t.equal(canonical(careful.email(address)), canonical(address))
  }
})

t.test('a name spelled otherwise is the same name, but for an apostrophe that became a space', async t => {
  for (const name of ["O'Brien", 'Müller', 'Zoë', 'van der Berg']) {
    for (let time = 0; time < 40; time++) t.equal(folded(careful.spelled(name)), folded(name))
  }
})

t.test('an error is small: one letter more, less, other or swapped, or what sounds alike', async t => {
  const careless = typing(random, { ...mixes.usual, nameTypo: 1 })
  for (let time = 0; time < 300; time++) t.ok(Math.abs(careless.name('Katherine').length - 9) <= 1)
  t.ok(new Set(Array.from({ length: 300 }, () => careless.name('Katherine'))).size > 50)
})

t.test('errors come as often as the mix says', async t => {
  const usual = typing(random, mixes.usual)
  const count = 20_000
  const wrong = Array.from({ length: count }, () => usual.name('Katherine')).filter(name => name !== 'Katherine').length
  t.ok(Math.abs(wrong / count - mixes.usual.nameTypo) < 0.006, `${wrong} of ${count}`)
})

function canonical(email: string): string {
  return canonicalEmail(cleanEmail(email) ?? '')
}

function folded(name: string): string {
  return foldName(name).replaceAll(' ', '')
}
