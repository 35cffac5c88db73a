import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'tap'
import type { Adapter, WebhookRequest } from '@switchboard/core'
import { testKit } from '@switchboard/test-contracts/kit'
import { appointjet } from './appointjet.ts'

/** The contract as a stranger reads it: each sample is tried out as it stands there. */
const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')

test("the README's page, row and health are what the adapter reads", async t => {
  const answers: { readonly [path: string]: unknown } = {
    '/v1/appointments': { ...(sample('page') as object), data: [sample('row')] },
    '/v1/health': sample('health'),
  }
  const { source } = await adapterOf(t, path => answers[path])
  const pages = []
  for await (const page of source?.changes(null) ?? []) pages.push(page)
  t.match(pages, [
    {
      unreadable: [],
      records: [
        {
          ...{ kind: 'appointment', externalId: 'apt_7001', version: 3, deletedAt: null },
          people: [
            { role: 'primary', firstName: 'Mara', phones: ['0491 570 157'] },
            { role: 'partner', firstName: 'Ivo', phones: ['0491 570 157'] },
          ],
          facts: { title: 'Bridal fitting', status: 'confirmed', with: 'Sam', location: 'Marrickville' },
        },
      ],
    },
  ])
  t.strictSame(await source?.health?.(), { skewMs: -880_877 }, 'a quarter of an hour before this test')
})

test("the README's signature is right, and for those bytes only", async t => {
  const { body, ...headers } = sample('vector') as { [name: string]: string }
  const { channels, source } = await adapterOf(t, () => null, headers['secret'])
  const channel = channels?.['webhooks']
  t.equal(channel?.verify(requestOf(headers, body)), 'evt_9001')
  t.throws(() => channel?.verify(requestOf(headers, `${body} `)), { code: 'webhook_rejected' })
  t.match(source?.webhook?.(requestOf(headers, body)), [
    { externalId: 'apt_7002', version: 2, deletedAt: new Date('2026-11-20T18:20:05Z'), people: [] },
  ])
  t.ok(readme.includes(`webhook-timestamp: ${headers['webhook-timestamp']}`), 'the text shows the same time')
})

test("the README's errors are the ones that mean to begin anew", async t => {
  let asked = 0
  const { source } = await adapterOf(t, () => ((asked += 1) === 1 ? sample('problem') : sample('page')))
  for await (const page of source?.changes('2026-01-01T00:00:00.000Z') ?? []) t.ok(page)
  t.equal(asked, 2)
})

test('signature vectors beside the project, where they are, are believed', async t => {
  const folder = new URL('../../../shared/fixtures/appointjet/', import.meta.url)
  if (!existsSync(folder))
    return void t.comment('the vendor fixtures are not beside the project: their vectors are not checked')
  const given = JSON.parse(readFileSync(new URL('signature-vectors.json', folder), 'utf8')) as {
    [name: string]: string
  }
  const body = readFileSync(new URL('webhook.appointment.updated.json', folder), 'utf8')
  const at = new Date(Number(given['webhook-timestamp']) * 1000)
  const { channels } = await adapterOf(t, () => null, given['secret'], at)
  t.equal(channels?.['webhooks']?.verify(requestOf(given, body)), given['webhook-id'])
})

/** A code block of the README: "```json row". */
function sample(name: string): unknown {
  const text = new RegExp(`\`\`\`json ${name}\\n(.*?)\`\`\``, 's').exec(readme)?.[1]
  if (!text) throw new Error(`the README has no sample "${name}"`)
  return JSON.parse(text)
}

/** The adapter against a vendor that answers with these bodies; `status` in problem details is the answer's. */
async function adapterOf(
  t: { teardown(end: () => unknown): void },
  answer: (path: string) => unknown,
  secret = 'whsec_YQ==',
  at = new Date('2026-11-20T18:19:41Z'),
): Promise<Adapter> {
  const server = createServer((request, response) => {
    const body = answer((request.url ?? '').split('?')[0] ?? '')
    const status = Number((body as { status?: unknown } | null)?.status)
    response.writeHead(status || 200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = appointjet.options.parse({ url, token: 't', webhookSecrets: [secret] })
  const limits = appointjet.http?.(options)
  return appointjet.create(
    options,
    testKit('appointjet', () => at, limits ? { limits } : {}),
  )
}

function requestOf(headers: { readonly [name: string]: string }, body = ''): WebhookRequest {
  return {
    ...{
      adapter: 'appointjet',
      channel: 'webhooks',
      method: 'POST',
      url: 'http://127.0.0.1/webhooks/appointjet/webhooks',
    },
    ...{ headers, body: Buffer.from(body), receivedAt: new Date('2026-11-20T18:20:06Z') },
  }
}
