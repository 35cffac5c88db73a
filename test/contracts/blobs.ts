import { buffer } from 'node:stream/consumers'
import type { BlobsPort } from '@switchboard/core'
import type { Test } from 'tap'

/** What the suite is run on. */
export interface BlobsSubject {
  name: string
  /** Makes an empty place. Each call of what it returns is one more hub on that place. */
  start(t: Test): () => BlobsPort
}

/** Every implementation of `BlobsPort` passes this suite. */
export function blobsContract(t: Test, { name, start }: BlobsSubject): void {
  for (const [behaviour, check] of Object.entries(checks))
    t.test(`${name}: ${behaviour}`, async t => {
      t.testdir()
      await check(t, start(t))
    })
}

type Check = (t: Test, hub: () => BlobsPort) => Promise<void>

const checks: Readonly<Record<string, Check>> = {
  'what is kept comes back byte for byte, with its size, also for another hub': async (t, hub) => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 31) % 256))
    await hub().put('voicemail/a-1.mp3', bytes)
    const kept = await hub().get('voicemail/a-1.mp3')
    t.equal(kept?.size, bytes.length)
    t.ok(kept && bytes.equals(await buffer(kept.body)))
  },

  'an empty file is a file': async (t, hub) => {
    const blobs = hub()
    await blobs.put('empty', Buffer.alloc(0))
    const kept = await blobs.get('empty')
    t.equal(kept?.size, 0)
    t.equal(kept && (await buffer(kept.body)).length, 0)
  },

  'a key that was never kept is nothing, and forgetting it does no harm': async (t, hub) => {
    const blobs = hub()
    t.equal(await blobs.get('nowhere/to-be-found'), null)
    await blobs.remove('nowhere/to-be-found')
  },

  'what is forgotten is gone, and its neighbours stay': async (t, hub) => {
    const blobs = hub()
    await blobs.put('a/one', Buffer.from('1'))
    await blobs.put('a/two', Buffer.from('2'))
    await blobs.remove('a/one')
    t.equal(await blobs.get('a/one'), null)
    t.equal(await textOf(blobs, 'a/two'), '2')
  },

  'keeping again replaces; whoever began to read gets what was there': async (t, hub) => {
    const blobs = hub()
    await blobs.put('it', Buffer.from('before'))
    const begun = await blobs.get('it')
    await blobs.put('it', Buffer.from('after'))
    t.equal(await textOf(blobs, 'it'), 'after')
    t.equal(begun && (await buffer(begun.body)).toString(), 'before')
  },

  'two hubs that keep the same key at once leave one of the two, whole': async (t, hub) => {
    const [one, two] = [Buffer.alloc(50_000, 1), Buffer.alloc(50_000, 2)]
    await Promise.all([hub().put('same', one), hub().put('same', two)])
    const kept = await hub().get('same')
    const bytes = kept ? await buffer(kept.body) : Buffer.alloc(0)
    t.ok(bytes.equals(one) || bytes.equals(two))
  },

  'a key that leads elsewhere is refused': async (t, hub) => {
    const blobs = hub()
    for (const key of [
      '',
      '/etc/passwd',
      '../outside',
      'a/../../outside',
      'a//b',
      'a/.',
      '.hidden',
      'a\\b',
      'a b',
      'a\0b',
    ]) {
      await t.rejects(blobs.put(key, Buffer.from('x')), { code: 'bad_request' }, JSON.stringify(key))
      await t.rejects(blobs.get(key), { code: 'bad_request' })
      await t.rejects(blobs.remove(key), { code: 'bad_request' })
    }
  },
}

async function textOf(blobs: BlobsPort, key: string): Promise<string | null> {
  const kept = await blobs.get(key)
  return kept && (await buffer(kept.body)).toString()
}
