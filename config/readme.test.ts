import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { AdapterDefinition } from '@switchboard/core'
import { silentLog, startHub } from '@switchboard/core/hub'
import { testDatabase } from '@switchboard/test-postgres'
import { Command } from 'commander'
import { checkCommand } from './commands/check.ts'
import { dryRunCommand } from './commands/dry-run.ts'
import { newCommand } from './commands/new.ts'
import { adapterName } from './scaffold/adapter-name.ts'
import { sourceFiles } from './scaffold/new-source.ts'

const root = join(import.meta.dirname, '..')

t.test('the adapter in the README works as it stands: its contacts are stored', async t => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const file = join(import.meta.dirname, 'readme-example.tmp.ts')
  await writeFile(file, code)
  t.teardown(() => rm(file))
  const { acme } = (await import(file)) as { acme: AdapterDefinition }

  const asked: (string | undefined)[] = []
  const vendor = createServer((request, response) => {
    asked.push(request.headers.authorization)
    const contact = { id: '1', name: 'Ada Byron', phone: '0491 570 006', changed_at: '2026-01-02T03:04:05Z' }
    response.setHeader('content-type', 'application/json').end(JSON.stringify([contact]))
  })
  await new Promise<void>(done => vendor.listen(0, '127.0.0.1', done))
  t.teardown(() => vendor.close())
  const url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`
  const hub = await startHub({
    adapters: { acme: { use: acme, options: { url, token: 'open sesame' } } },
    plugins: {},
    databaseUrl: (await testDatabase(t)).url,
    dataDir: t.testdir(),
    log: silentLog(),
  })
  t.teardown(() => hub.close())
  t.match(await hub.pull('acme'), { rows: 1, changed: 1, unreadable: 0 })
  t.same(asked, ['Bearer open sesame'])
  t.match(await hub.store.read(tx => tx.sql`select external_id, people from source_record`), [
    { external_id: '1', people: [{ name: 'Ada Byron', phones: ['0491 570 006'] }] },
  ])
})

t.test('the five steps to a source are commands there are, about files that are written', async t => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const [, section = ''] = /## Add a source\n([\s\S]*?)\n## /.exec(readme) ?? []
  const steps = section.slice(section.lastIndexOf('```')).match(/^\d\. /gm) ?? []
  t.same(steps, ['1. ', '2. ', '3. ', '4. ', '5. '])
  const hub = new Command('hub').addCommand(newCommand()).addCommand(dryRunCommand()).addCommand(checkCommand())
  const said = [...section.matchAll(/`npm run hub -- ([^`]+)`/g)].map(([, words = '']) => words)
  t.same(said, ['new adapter acme --port source', 'dry-run acme', 'dry-run acme --save', 'check'])
  for (const words of said) t.same(unknownIn(hub, words.split(' ')), [], words)
  const files = await sourceFiles(adapterName(root, 'acme'))
  for (const name of ['acme.ts', 'booking.ts', 'acme.test.ts']) t.match(files.get(name), 'CHANGE', name)
  t.ok(files.has('fixtures/page-1.json'))
})

/** The words of a command line that are no command, no option of it, and too many to be its arguments. */
function unknownIn(hub: Command, words: readonly string[]): string[] {
  let command = hub
  let values = 0
  const unknown: string[] = []
  for (const word of words) {
    const next = command.commands.find(one => one.name() === word)
    const option = command.options.find(({ long }) => long === word)
    if (next) [command, values] = [next, next.registeredArguments.length]
    else if (option) values += Number(option.required)
    else if (word.startsWith('--') || values-- <= 0) unknown.push(word)
  }
  return unknown
}

t.test('every file and folder the READMEs point at is there', async t => {
  for (const readme of [
    'README.md',
    'config/README.md',
    'core/README.md',
    'test/bench/README.md',
    'test/drills/README.md',
  ]) {
    const text = await readFile(join(root, readme), 'utf8')
    for (const [, link] of text.matchAll(/\]\(([^)#:]+)\)/g))
      await t.resolves(readFile(join(root, readme, '..', link ?? '')), `${readme} → ${link}`)
  }
})
