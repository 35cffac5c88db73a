import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AdapterName } from './adapter-name.ts'

/** The files of a new source, by their path in its folder, and the template each is made from. */
function templates({ name }: AdapterName): Record<string, string> {
  return {
    [`${name}.ts`]: 'adapter.ts.txt',
    'booking.ts': 'booking.ts.txt',
    [`${name}.test.ts`]: 'adapter.test.ts.txt',
    'fixtures/page-1.json': 'page-1.json.txt',
    'fixtures/page-2.json': 'page-2.json.txt',
    'README.md': 'readme.md.txt',
  }
}

/** A package that reads bookings from a paged list and passes the contract of a source: what is in `source/`, with the name put in. */
export async function sourceFiles(name: AdapterName): Promise<Map<string, string>> {
  const files = new Map([['package.json', packageOf(name)]])
  for (const [path, template] of Object.entries(templates(name))) {
    const text = await readFile(join(import.meta.dirname, 'source', template), 'utf8')
    files.set(path, filled(text, name))
  }
  return files
}

function filled(text: string, name: AdapterName): string {
  return text.replace(/\{\{(name|identifier|title|variable)\}\}/g, (_, key: keyof AdapterName) => name[key])
}

function packageOf({ name }: AdapterName): string {
  const described = {
    name: `@switchboard/${name}`,
    version: '0.1.0',
    private: true,
    type: 'module',
    license: 'MIT',
    exports: { '.': `./${name}.ts` },
    scripts: { test: 'tap' },
    tap: { extends: '../../.taprc' },
    dependencies: { '@switchboard/core': '*' },
    devDependencies: { '@switchboard/test-contracts': '*' },
  }
  return `${JSON.stringify(described, null, 2)}\n`
}
