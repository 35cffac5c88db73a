import pg from 'pg'

/** Makes databases that are copies of the migrated one at `url`, in which nobody may be meanwhile. @returns gives the address of a new one */
export function freshDatabases(url: string): () => Promise<string> {
  let count = 0
  let queue: Promise<unknown> = Promise.resolve()
  const make = async (): Promise<string> => {
    const name = `drill_${(count += 1)}`
    const server = new URL(url)
    const template = server.pathname.slice(1)
    server.pathname = '/postgres'
    const client = new pg.Client({ connectionString: server.href })
    await client.connect()
    await client.query(`create database ${name} template "${template}"`).finally(() => client.end())
    return Object.assign(new URL(url), { pathname: `/${name}` }).href
  }
  return () => {
    const made = queue.then(make)
    queue = made.catch(() => undefined)
    return made
  }
}
