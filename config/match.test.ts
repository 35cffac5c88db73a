import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { OptionError } from '@switchboard/core'
import { loadModel, modelNames } from './load-model.ts'
import { matchCommand } from './commands/match.ts'

const sample = join(import.meta.dirname, 'samples/people.csv')

/** Runs the command in this process. */
async function run(t: Test, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const [out, err] = [t.capture(console, 'log'), t.capture(console, 'error')]
  try {
    await matchCommand().parseAsync(args, { from: 'user' })
    const textOf = (captured: typeof out): string =>
      captured()
        .map(({ args: [line] }) => `${line}\n`)
        .join('')
    return { code: process.exitCode, stdout: textOf(out), stderr: textOf(err) }
  } finally {
    process.exitCode = 0
    out.restore()
    err.restore()
  }
}

/** Writes files in a folder of the test. */
async function files(t: Test, contents: Record<string, string>): Promise<(name: string) => string> {
  const folder = t.testdir()
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text)
  return name => join(folder, name)
}

t.test('the sample of the README: clusters, report, truth and timings, and the exit code is 0', async t => {
  const at = await files(t, {})
  const args = [sample, '--truth', 'person', '--out', at('clusters.csv'), '--report', at('report.json')]
  const { code, stdout, stderr } = await run(t, ...args, '--explain', '--timings')
  t.equal(code, 0, stderr)
  t.match(stdout, /^59 rows read, \d+ people, \d+ of them with several rows/)
  t.match(stdout, /truth +threshold +P +R +F1 .*\n +here +0.\d+ +1.0000 .*\n +best /)
  const lines = (await readFile(at('clusters.csv'), 'utf8')).trim().split('\n')
  t.equal(lines.length, 60)
  t.equal(lines[0], 'id,cluster')
  t.ok(lines.includes('o1,a1') || lines.includes('o1,b1'), 'Kate is Katherine')
  const report = JSON.parse(await readFile(at('report.json'), 'utf8'))
  t.match(report, { model: { name: 'people' }, counts: { rows: 59, skipped: 0 }, truth: { precision: 1 } })
  t.ok(report.clusters.length > 5)
  const timings = stderr
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  t.ok(timings.length > 5)
  t.equal(timings[0].step, 'read')
  t.ok(timings.every(({ step, ms }) => typeof step === 'string' && ms >= 0))
})

t.test('standard input and output: only the clusters are on standard output', async t => {
  const input = '{"id":"1","email":"a@x.org","last_name":"Lee"}\n{"id":2,"email":"A@x.org","last_name":"lee"}\n'
  const args = [join(import.meta.dirname, 'cli.ts'), 'match', '-', '--out', '-', '--model', 'reference']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, cwd: tmpdir(), encoding: 'utf8' })
  t.equal(status, 0)
  t.equal(stdout, 'id,cluster\n1,1\n2,1\n')
  t.match(stderr, '2 rows read, 1 people')
})

t.test('bad rows are told of with file and line, the others are matched, and the exit code is 1', async t => {
  const at = await files(t, {
    'bad.csv': 'ID;E-Mail;Last Name\n1;a@x.org;Lee\n2;b@x.org\n1;c@x.org;Cole\n4;a@x.org;Lee\n5;d@x.org;"Drew\n',
  })
  const { code, stderr } = await run(t, at('bad.csv'), '--out', at('out.csv'))
  t.equal(code, 1)
  t.match(stderr, 'bad.csv: line 3: 2 fields where the header has 3; skipped')
  t.match(stderr, 'bad.csv: line 4: the id 1 is that of line 2 already; skipped')
  t.match(stderr, 'bad.csv: line 6: a quote is opened and not closed; skipped')
  t.match(stderr, 'bad.csv: no column first_name: nothing is known of first')
  t.equal((await readFile(at('out.csv'), 'utf8')).trim().split('\n').length, 3)
})

t.test('when nothing can be done the exit code is 2, and it is said why', async t => {
  const at = await files(t, {
    'empty.csv': '',
    'columns.csv': 'id,colour\n1,red\n',
    'skipped.csv': 'id,email\n,a@x.org\n',
  })
  const said: [file: string, message: RegExp][] = [
    ['missing.csv', /missing.csv: there is no such file/],
    ['.', /: it is a folder/],
    ['empty.csv', /empty.csv: it is empty/],
    ['columns.csv', /tells people apart by email, phone, and no such column is there/],
    ['skipped.csv', /skipped.csv: line 2: it has no id; skipped/],
  ]
  for (const [file, message] of said) {
    const { code, stderr } = await run(t, at(file))
    t.equal(code, 2, file)
    t.match(stderr, message)
  }
})

/** The mistakes that somebody is told of, as lines. */
async function mistakes(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof OptionError ? error.message : `no mistake of options: ${String(error)}`
}

t.test('what was asked wrongly is told before anything is read, all of it at once', async t => {
  const at = await files(t, {})
  t.match(await mistakes(run(t, sample, '--model', 'nobody')), /--model: no model is called nobody; there are .*people/)
  t.equal(
    await mistakes(run(t, sample, '--with', 'calls', '--with', sample)),
    '--with: calls adds no evidence\n' + (await mistakes(run(t, sample, '--with', sample))),
  )
  t.equal(
    await mistakes(run(t, sample, '--out', at('no/where.csv'), '--report', sample)),
    `--out: there is no folder ${at('no')}\n--report: ${sample} is the file that is read`,
  )
})

t.test('all mistakes of a model are told at once, each with its path', async t => {
  const email = { name: 'email', by: 'email', fields: ['email'] }
  const right = {
    name: 'ours',
    fields: { email: { clean: 'email', columns: ['email'] } },
    identity: ['email'],
    comparisons: [email],
    blocks: [{ name: 'email', on: [{ field: 'email' }] }],
    threshold: 0.9,
  }
  const at = await files(t, {
    'wrong.json': JSON.stringify({ ...right, identity: [], comparisons: [], threshold: 2, colour: 'red' }),
    'fields.json': JSON.stringify({ ...right, identity: ['mail'], comparisons: [{ ...email, m: { same: 0.9 } }] }),
    'cleaner.json': JSON.stringify({ ...right, fields: { email: { clean: 'emial', columns: ['email'] } } }),
    'broken.json': '{',
    'ours.ts': `export const ours = ${JSON.stringify(right)}\n`,
  })
  const wrong = await mistakes(loadModel(at('wrong.json')))
  for (const path of ['identity', 'comparisons', 'threshold']) t.match(wrong, `wrong.json.${path}: `)
  t.match(wrong, 'colour')
  const fields = await mistakes(loadModel(at('fields.json')))
  t.match(fields, 'fields.json.identity.0: no field is called mail')
  t.match(fields, 'fields.json.comparisons.0.m.same: email has equal')
  const cleaner = await mistakes(run(t, sample, '--model', at('cleaner.json')))
  t.match(cleaner, /^ours.fields.email.clean: no cleaner is called emial; there are email, phone/)
  t.match(await mistakes(loadModel(at('broken.json'))), /broken.json: .*JSON/)
  t.match(await loadModel(at('ours.ts')), { name: 'ours', threshold: 0.9, cap: 200 })
})

t.test('every model of this install loads under the name of its file', async t => {
  t.ok(modelNames().includes('people') && modelNames().includes('reference'))
  for (const name of modelNames()) t.equal((await loadModel(name)).name, name)
})

t.test('evidence of a plugin counts: an address brings together what nothing else does', async t => {
  const lines = ['id,first_name,last_name,email,phone,street,postcode']
  lines.push(
    '1,Rosalind,Achterberg,ros@x.org,,12 Banksia St,2204',
    '2,Rosalind,Achterberg,r.a@y.org,,12 Banksia Street,2204',
  )
  const at = await files(t, { 'rows.csv': `${lines.join('\n')}\n` })
  const clusters = async (...more: string[]): Promise<string> => {
    t.match(await run(t, at('rows.csv'), '--threshold', '0.6', '--out', at('out.csv'), ...more), { code: 0 })
    return readFile(at('out.csv'), 'utf8')
  }
  t.equal(await clusters(), 'id,cluster\n1,1\n2,2\n')
  t.equal(await clusters('--with', 'match-address'), 'id,cluster\n1,1\n2,1\n')
})
