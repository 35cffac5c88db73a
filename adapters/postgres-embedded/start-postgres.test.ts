import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import t, { type Test } from 'tap'
import type { Log } from '@switchboard/core'
import { type Postgres, startPostgres } from './start-postgres.ts'

const nothing = (): void => {}
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => log }
const isRoot = process.getuid?.() === 0

t.test('a cluster', async t => {
  const dataDir = await place(t)

  await t.test('keeps what was committed over a stop and a start', async t => {
    const first = await start(t, dataDir)
    await rows(first.url, `create table kept as select 'yes' as answer`)
    await first.stop()
    await t.rejects(rows(first.url, 'select 1'), { code: 'ECONNREFUSED' })
    const second = await start(t, dataDir)
    t.same(await rows(second.url, 'select answer from kept'), [{ answer: 'yes' }])
  })

  await t.test('speaks UTF-8 in an order that is the same everywhere, and listens on loopback only', async t => {
    const { url } = await start(t, dataDir)
    const [settings] = await rows(
      url,
      `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listens,
      datlocprovider::text || datlocale as locale, upper('é') as upper from pg_database where datname = current_database()`,
    )
    t.same(settings, { encoding: 'UTF8', listens: '127.0.0.1', locale: 'bC.UTF-8', upper: 'É' })
  })

  await t.test('opens with the password in the file beside the data directory, and no other', async t => {
    const { url } = await start(t, dataDir)
    const password = (await readFile(`${dataDir}.password`, 'utf8')).trim()
    t.equal((await stat(`${dataDir}.password`)).mode & 0o777, 0o600)
    t.equal(new URL(url).password, password)
    await t.rejects(rows(url.replace(password, 'postgres'), 'select 1'), { code: '28P01' })
  })

  await t.test('comes back on a given port', async t => {
    const first = await start(t, dataDir)
    const { port } = new URL(first.url)
    await first.stop()
    const again = await start(t, dataDir, Number(port))
    t.equal(new URL(again.url).port, port)
  })

  await t.test('is taken over when its hub was killed, and stopped by its new owner', async t => {
    const hub = await otherHub(t, dataDir)
    hub.process.kill('SIGKILL')
    await once(hub.process, 'exit')
    const mine = await start(t, dataDir)
    t.equal(mine.url, hub.url, 'it is the same server, on the same port')
    t.same(await rows(mine.url, 'select 1 as one'), [{ one: 1 }])
    await mine.stop()
    await t.rejects(rows(mine.url, 'select 1'), { code: 'ECONNREFUSED' })
  })

  await t.test('is shared by two hubs, and stopped by the one that stops last', async t => {
    const [first, second] = await Promise.all([start(t, dataDir), start(t, dataDir)])
    t.equal(first.url, second.url)
    await first.stop()
    t.same(await rows(second.url, 'select 1 as one'), [{ one: 1 }])
    await second.stop()
    await t.rejects(rows(second.url, 'select 1'), { code: 'ECONNREFUSED' })
  })

  await t.test('is left by two hubs that stop at the same moment, and does not go on running', async t => {
    const hubs = await Promise.all([start(t, dataDir), start(t, dataDir)])
    await Promise.all(hubs.map(hub => hub.stop()))
    await t.rejects(rows(hubs[0].url, 'select 1'), { code: 'ECONNREFUSED' })
  })

  await t.test('stays while somebody else is connected, unless it is forced to stop', async t => {
    const server = await start(t, dataDir)
    const guest = new pg.Client({ connectionString: server.url })
    guest.on('error', nothing)
    await guest.connect()
    await server.stop()
    t.same((await guest.query('select 1 as one')).rows, [{ one: 1 }])
    const again = await start(t, dataDir)
    await again.stop({ force: true })
    await t.rejects(rows(server.url, 'select 1'), { code: 'ECONNREFUSED' })
  })

  await t.test('starts over a pid file whose process is gone, or is another program now', async t => {
    const { uid, gid } = await stat(dataDir)
    // Of the same user: Postgres would take it for itself.
    const program = ['-e', 'setInterval(() => {}, 1000)']
    const stranger = spawn(process.execPath, program, { stdio: 'ignore', cwd: '/', ...(isRoot && { uid, gid }) })
    t.teardown(() => stranger.kill())
    for (const pid of [stranger.pid, 4_000_000]) {
      await writeFile(join(dataDir, 'postmaster.pid'), `${pid}\n${dataDir}\n1700000000\n5432\n\n127.0.0.1\n`)
      const server = await start(t, dataDir)
      t.same(await rows(server.url, 'select 1 as one'), [{ one: 1 }])
      await server.stop()
    }
    t.equal(stranger.exitCode, null, 'the other program was left alone')
  })

  await t.test('says why it does not start', async t => {
    await writeFile(join(dataDir, 'postgresql.auto.conf'), `work_mem = 'much'\n`)
    await t.rejects(start(t, dataDir), { code: 'unavailable', message: /work_mem/ })
  })
})

t.test('a cluster whose making was interrupted is made anew', async t => {
  const dataDir = await place(t)
  const interrupted = `${dataDir}.init-4000000-half`
  await mkdir(join(interrupted, 'cluster'), { recursive: true })
  await writeFile(join(interrupted, 'cluster', 'PG_VERSION'), '18\n')
  const server = await start(t, dataDir)
  t.same(await rows(server.url, 'select 1 as one'), [{ one: 1 }])
  await t.rejects(stat(interrupted), { code: 'ENOENT' })
})

t.test('root runs it below a directory that only root may enter', { skip: !isRoot && 'needs root' }, async t => {
  const dataDir = await place(t)
  await chmod(join(dataDir, '..'), 0o700)
  const server = await start(t, dataDir)
  t.same(await rows(server.url, 'select 1 as one'), [{ one: 1 }])
  t.not((await stat(dataDir)).uid, 0)
  await server.stop()
})

t.test('root without the means for that is told what to do', { skip: !isRoot && 'needs root' }, async t => {
  const dataDir = await place(t)
  await chmod(join(dataDir, '..'), 0o700)
  const onlySh = await mkdtemp(join(tmpdir(), 'switchboard-path-'))
  t.teardown(() => rm(onlySh, { recursive: true }))
  await chmod(onlySh, 0o755)
  await symlink('/bin/sh', join(onlySh, 'sh'))
  const hub = spawnHub(dataDir, { PATH: onlySh })
  const [output] = await Promise.all([textOf(hub), once(hub, 'exit')])
  t.match(output, /DATA_DIR: the hub runs as root.*install setpriv/)
})

/** A data directory to be, in a temporary place that others may enter. */
async function place(t: Test): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'switchboard-pg-'))
  await chmod(home, 0o755)
  t.teardown(() => rm(home, { recursive: true, force: true }))
  return join(home, 'pg')
}

async function start(t: Test, dataDir: string, port?: number): Promise<Postgres> {
  const server = await startPostgres({ dataDir, log, durable: false, ...(port && { port }) })
  t.teardown(() => server.stop({ force: true }))
  return server
}

/** A hub in a process of its own, that has started its server. */
async function otherHub(t: Test, dataDir: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawnHub(dataDir, process.env)
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout! })
  const [url] = await once(lines, 'line')
  return { process: child, url }
}

function spawnHub(dataDir: string, env: NodeJS.ProcessEnv): ChildProcess {
  const module = JSON.stringify(new URL('start-postgres.ts', import.meta.url).href)
  const program = `
    import { startPostgres } from ${module}
    const nothing = () => {}
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => log }
    const { url } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log, durable: false })
    console.log(url)
    setInterval(nothing, 1000)`
  return spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stderr!) text += chunk
  return text
}

async function rows(url: string, text: string): Promise<object[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const result = await client.query(text).finally(() => client.end())
  return result.rows
}
