import { join } from 'node:path'
import { Command } from 'commander'
import { OptionError } from '@switchboard/core'
import { writeAdapter, type WrittenAdapter } from '../scaffold/write-adapter.ts'

/** The ports an adapter can be made for. */
const supported = ['source']

/** `hub new`: writes the beginning of a part. */
export function newCommand(): Command {
  const command = new Command('new').description('write the beginning of a part')
  command
    .command('adapter <name>')
    .description('a package with a mapping, a fixture and a test that passes, wired into config/parts.ts')
    .requiredOption('--port <port>', `what it provides: ${supported.join(', ')}`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(async (name: string, { port }: { port: string }) => {
      if (!supported.includes(port))
        throw new OptionError([
          { path: '--port', message: `there is no beginning for "${port}"; there is one for ${supported.join(', ')}` },
        ])
      console.log(nextSteps(await writeAdapter(join(import.meta.dirname, '../..'), name)))
    })
  return command
}

/** What was done, and what is left for whoever knows the vendor. */
function nextSteps({ name, variable, files }: WrittenAdapter): string {
  return `${files.map(file => `  ${file}`).join('\n')}

Next:
  1. npm install                              writes the new workspace into package-lock.json
  2. adapters/${name}/booking.ts and ${name}.ts: whatever is marked CHANGE, for your vendor
  3. config/hub.yaml, under "adapters:", and the values in .env:

       ${name}:
         url: \${${variable}_URL}
         token: \${${variable}_TOKEN}

  4. npm run hub -- dry-run ${name}           one page of the account, nothing stored
     npm run hub -- dry-run ${name} --save    the same as fixtures, with invented people
  5. npm test -w @switchboard/${name}         and then: npm run check`
}
