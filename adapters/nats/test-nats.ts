import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testServer, type TestServer } from '@switchboard/test-contracts/server'
import type { Test } from 'tap'

/** A NATS with JetStream of its own. Its folder is no fixture of the test: that would be removed while the server still writes. */
export async function testNats(t: Test, program: string): Promise<TestServer & { url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-nats-'))
  const server = await testServer(t, program, port => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder])
  t.teardown(async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return { ...server, url: `nats://127.0.0.1:${server.port}` }
}
