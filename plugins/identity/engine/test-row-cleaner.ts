import { threadId } from 'node:worker_threads'
import type { RowCleaner } from './read-rows.ts'

/** Cleans rows for tests: a row's texts in small letters, and the thread they were cleaned in; what is "bad" is refused. */
export function rowCleaner(options: unknown): RowCleaner {
  if (options === 'broken') throw new Error('made to break')
  const breaksIn = typeof options === 'number' ? options : -1
  return {
    fields: [{ name: 'id', isLabel: true }, { name: 'email' }, { name: 'phone', many: true }, { name: 'thread' }],
    clean([id, email, phones]) {
      if (breaksIn === Math.min(threadId, 1)) throw new Error('broke while cleaning')
      if (email === 'bad') return 'is bad'
      return { id: id as string, email: String(email ?? '').toLowerCase(), phone: phones, thread: String(threadId) }
    },
  }
}
