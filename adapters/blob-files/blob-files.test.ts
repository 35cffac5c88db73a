import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blobsContract } from '@switchboard/test-contracts/blobs'
import { testKit } from '@switchboard/test-contracts/kit'
import t from 'tap'
import { blobFiles } from './blob-files.ts'

const blobsOf = (dir: string) => {
  const { blobs } = blobFiles.create(
    { dir },
    testKit('blob-files', () => new Date()),
  )
  if (!blobs) throw new Error('there is no port')
  return blobs
}

blobsContract(t, { name: 'blob-files', start: t => () => blobsOf(t.testdirName) })

t.test('a file is what was given and nothing else, under its key; nothing unfinished is left behind', async t => {
  const dir = join(t.testdir(), 'deep', 'down')
  await blobsOf(dir).put('voicemail/one.mp3', Buffer.from('abc'))
  t.equal(await readFile(join(dir, 'voicemail', 'one.mp3'), 'utf8'), 'abc')
  t.same(await readdir(join(dir, 'voicemail')), ['one.mp3'])
})
