import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { adapterName } from './adapter-name.ts'
import { wiredParts, withDependency } from './wire.ts'

const root = join(import.meta.dirname, '../..')
const parts = `import { agenda } from '@switchboard/agenda'
import { shopify } from '@switchboard/shopify'

export const catalogue: Catalogue = {
  adapters: { agenda, shopify },
  plugins: { access },
}
`

test('a name is spelt as folder, variable, title and environment want it', t => {
  t.strictSame(adapterName(root, 'my-2nd-shop'), {
    name: 'my-2nd-shop',
    identifier: 'my2ndShop',
    title: 'My 2nd Shop',
    variable: 'MY_2ND_SHOP',
  })
  t.end()
})

test('a name that cannot be a package, a variable and a part at once is refused with the reason', t => {
  const refused: [string, RegExp][] = [
    ['Acme', /lower-case/],
    ['acme_shop', /lower-case/],
    ['-acme', /lower-case/],
    ['acme--shop', /lower-case/],
    ['2acme', /begin with a letter/],
    ['../acme', /lower-case/],
    ['', /lower-case/],
    ['a'.repeat(41), /too long/],
    ['delete', /another/],
    ['booking', /another/],
    ['shopify', /taken by adapters\/shopify/],
    ['calls', /taken by plugins\/calls/],
    ['core', /taken by core/],
    ['test-postgres', /taken by test\/postgres/],
  ]
  for (const [name, message] of refused) t.throws(() => adapterName(root, name), { code: 'bad_option', message }, name)
  t.end()
})

test('an adapter is imported and listed where the alphabet puts it', t => {
  const [first, last] = [
    wiredParts(parts, adapterName(root, 'acme')),
    wiredParts(parts, adapterName(root, 'zeta-nine')),
  ]
  t.match(first, /^import \{ acme \} from '@switchboard\/acme'\nimport \{ agenda \}/)
  t.ok(first.includes('  adapters: { acme, agenda, shopify },\n  plugins'))
  t.ok(last.includes("shopify'\nimport { zetaNine } from '@switchboard/zeta-nine'\n\n"))
  t.ok(last.includes("  adapters: { agenda, shopify, 'zeta-nine': zetaNine },\n"))
  t.end()
})

test('a list that gets too long is broken, and one that is broken stays so', t => {
  const long = 'an-adapter-with-quite-a-name-for-a-vendor'.slice(0, 40)
  const broken = wiredParts(wiredParts(parts, adapterName(root, long)), adapterName(root, `b${long.slice(1)}`))
  t.match(broken, /adapters: \{\n {4}agenda,\n {4}'an-adapter/)
  t.match(wiredParts(broken, adapterName(root, 'acme')), /adapters: \{\n {4}acme,\n {4}agenda,\n/)
  t.end()
})

test('a catalogue that is not as it was is left alone, and what to write is said', t => {
  const acme = adapterName(root, 'acme')
  for (const other of ['', parts.replace('  adapters: {', '  adapters: ['), wiredParts(parts, acme)])
    t.throws(() => wiredParts(other, acme), {
      code: 'conflict',
      message: /By hand: add "import \{ acme \} from '@switchboard\/acme'"/,
    })
  t.end()
})

test('the catalogue and the dependencies of this house can be added to', t => {
  const name = adapterName(root, 'acme')
  const text = readFileSync(join(root, 'config/parts.ts'), 'utf8')
  const wired = wiredParts(text, name)
  t.equal(wired.split('\n').length >= text.split('\n').length + 1, true)
  t.match(wired, /adapters: \{\s+acme,/)
  const manifest = readFileSync(join(root, 'config/package.json'), 'utf8')
  const added = withDependency(manifest, '@switchboard/acme')
  t.equal(added.replace('    "@switchboard/acme": "*",\n', ''), manifest, 'one line more, and nothing else')
  t.throws(() => withDependency('{}', '@switchboard/acme'), { code: 'conflict' })
  t.end()
})
