import { test } from 'tap'
import { isRoleMailbox } from './role-mailbox.ts'

test('an office’s mailbox is told from a person’s by the whole word before the @', t => {
  for (const email of ['info@mill.example', 'office@x.example', 'webmaster@x.example'])
    t.ok(isRoleMailbox(email), email)
  for (const email of ['infomar@x.example', 'jane@info.example', 'info', '+61400111222', '@info'])
    t.notOk(isRoleMailbox(email), email)
  t.end()
})
