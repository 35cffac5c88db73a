import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { fallback } from './fallback.ts'
import { fastSimulator, twilioAdapter, twilioKit } from './testing.ts'

const writing = { options: { voice: undefined, language: 'en-AU', musicUrl: 'https://music.example/a.mp3' } }

t.test('a caller who gets only this markup is asked for a message once, and Twilio keeps it', async t => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    const isOver = request.url?.startsWith('/thanks')
    const next = `${url}/thanks`
    const { headers, body } = fallback(isOver ? null : { say: 'Speak.', maxSeconds: 5, next }, writing)
    response.writeHead(200, headers).end(body)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const simulator = await fastSimulator({ publicUrl: url, adapter: 'twilio' })
  t.teardown(() => simulator.close())
  const call = simulator.ring({ from: '+61491570156', leaveMessageMs: 60_000 })
  for (let left = 1600; left > 0 && call.view().status !== 'completed'; left--) await pause(20)
  t.equal(call.view().status, 'completed')
  t.same(
    call
      .view()
      .heard.map(({ sound }) => sound)
      .filter(sound => sound === 'say' || sound === 'beep'),
    ['say', 'beep'],
  )
  t.equal(asked.filter(one => one.endsWith('/thanks')).length, 1)
})

t.test('the files in the README are this markup', async t => {
  const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8')
  const [voice, thanks] = [...readme.matchAll(/```xml\n([\s\S]*?)\n```/g)].map(([, xml = '']) =>
    xml.replace(/\n\s*/g, ''),
  )
  const say = 'Nobody can take your call right now. Please leave a message after the tone, and we will call you back.'
  t.equal(voice, fallback({ say, maxSeconds: 120, next: 'thanks.xml' }, writing).body)
  t.equal(thanks, fallback(null, writing).body)
})

t.test('the audio of a recording comes as bytes once it is made; before that it is asked for again', async t => {
  const simulator = await fastSimulator({ publicUrl: 'http://127.0.0.1:1', adapter: 'twilio' })
  t.teardown(() => simulator.close())
  const { telephony } = twilioAdapter(twilioKit('http://127.0.0.1:1'), simulator.options)
  await t.rejects(async () => telephony.recording?.('RE00000000000000000000000000000000'), {
    code: 'vendor_error',
    message: /has no .* yet/,
  })
})
