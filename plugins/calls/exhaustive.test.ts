import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'

const here = import.meta.dirname

/** As much of the core as the machine knows: reading all of it would take long. */
const core = `export * from './model/call.ts'; export * from './model/id.ts'; export * from './model/time.ts'`

/** The type errors of the machine when `state.ts` reads as `change` makes it. */
function errorsWith(change: (source: string) => string): string[] {
  const config = ts.readConfigFile(join(here, '../../tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, here)
  const host = ts.createCompilerHost(options)
  const { readFile } = host
  host.readFile = name => {
    if (name.endsWith('core/index.ts')) return core
    const source = readFile(name)
    return source !== undefined && name.endsWith('plugins/calls/state.ts') ? change(source) : source
  }
  const program = ts.createProgram(
    [join(here, 'machine.ts')],
    { ...options, types: [], lib: ['lib.es2024.d.ts'] },
    host,
  )
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.includes('/plugins/calls/'))
  return files.flatMap(file =>
    program.getSemanticDiagnostics(file).map(({ messageText }) => {
      return `${file.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    }),
  )
}

t.test('a state or an event that the machine does not know is a type error in it', async t => {
  const asItIs = errorsWith(source => source)
  t.same(asItIs, [])
  const more = errorsWith(source =>
    source
      .replace("| { name: 'Hungup' }", "| { name: 'Hungup' } | { name: 'Parked' }")
      .replace("| { type: 'incoming' }", "| { type: 'incoming' } | { type: 'parked' }"),
  )
  t.ok(
    more.some(error => /^machine\.ts: .*Parked.*never/.test(error)),
    'a new state',
  )
  t.ok(
    more.some(error => /^hear\.ts: .*parked.*never/.test(error)),
    'a new event',
  )
})
