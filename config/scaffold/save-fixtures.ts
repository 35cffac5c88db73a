import { globSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '@switchboard/core'
import type { DryRun } from './dry-run.ts'
import { jsonText } from './json-text.ts'
import { scrubbed } from './scrub.ts'

/**
 * Writes what a vendor answered as `page-1.json`, `page-2.json` and so on, with invented people. Those that were in the folder go.
 * @returns the paths
 * @throws HubError when the vendor answered no JSON
 */
export async function saveFixtures(
  { adapter, answers, records, unreadable }: DryRun,
  folder: string,
): Promise<string[]> {
  if (answers.length === 0) throw new HubError('conflict', `${adapter} answered no JSON: there is nothing to save`)
  const people = records.flatMap(record => record.people)
  const names = records.flatMap(({ facts }) => ('with' in facts && typeof facts.with === 'string' ? [facts.with] : []))
  const page = records.length + unreadable.length
  const files = scrubbed(
    answers.map(answer => cutTo(page, answer)),
    { people, names, unreadable },
  ).map((answer, index) => ({
    path: join(folder, `page-${index + 1}.json`),
    text: jsonText(answer),
  }))
  await mkdir(folder, { recursive: true })
  for (const old of globSync('page-*.json', { cwd: folder })) await rm(join(folder, old))
  for (const { path, text } of files) await writeFile(path, text)
  return files.map(({ path }) => path)
}

/** A file that holds all rows is cut to those of the page: whom the others are about, nobody has recognised. */
function cutTo(rows: number, answer: unknown): unknown {
  return Array.isArray(answer) ? answer.slice(0, Math.max(rows, 1)) : answer
}
