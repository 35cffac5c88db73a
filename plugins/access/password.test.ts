import { test } from 'tap'
import { hashPassword, isPassword, readablePassword } from './password.ts'

test('a password fits its own hash and no other, and its hash is never the same twice', async t => {
  const [first, second] = [await hashPassword('correct horse'), await hashPassword('correct horse')]
  t.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.not(first, second)
  t.equal(await isPassword(first, 'correct horse'), true)
  t.equal(await isPassword(second, 'Correct horse'), false)
})

test('nobody’s password fits nothing', async t => {
  t.equal(await isPassword(null, ''), false)
  t.equal(await isPassword(null, 'correct horse'), false)
})

test('a made-up password can be read out, and is never the same twice', async t => {
  const made = new Set(Array.from({ length: 200 }, readablePassword))
  t.equal(made.size, 200)
  for (const password of made)
    t.match(password, /^[abcdefghjkmnpqrstuvwxyz2-9]{4}(-[abcdefghjkmnpqrstuvwxyz2-9]{4}){3}$/)
})
