import { newId, type CallId, type Instruction, type LegId } from '@switchboard/core'
import t from 'tap'
import { twilioAdapter, twilioKit } from './testing.ts'

const callId: CallId = newId()
const legId: LegId = newId()
const hub = 'https://hub.example.test/webhooks/shop-phones'
const music = 'https://hub.example.test/music.mp3'

/** The markup of an instruction, without its XML declaration. */
function markup(instruction: Instruction | null, change: object = {}): string {
  const kit = twilioKit('https://hub.example.test', 'shop-phones')
  const options = { musicUrl: music, webhookRetries: 0, ...change }
  const { status, headers, body } = twilioAdapter(kit, options).telephony.reply(instruction)
  t.equal(status, 200)
  t.match(headers['content-type'], /^text\/xml/)
  return body.replace(/^<\?xml[^>]*\?>/, '')
}

t.test('a caller who waits hears music for ever, and is asked about again should it end', async t => {
  const wait = `<Play loop="0">${music}</Play><Redirect method="POST">${hub}/voice?ask=next</Redirect>`
  t.equal(markup({ do: 'wait', say: null }), `<Response>${wait}</Response>`)
  t.equal(
    markup({ do: 'wait', say: 'Hello & welcome' }),
    `<Response><Say language="en-AU">Hello &amp; welcome</Say>${wait}</Response>`,
  )
})

t.test('without music of our own, the vendor plays some: nobody waits in silence', async t => {
  t.match(markup({ do: 'wait', say: null }, { musicUrl: undefined }), /<Play loop="0">http.+\.mp3<\/Play>/)
})

t.test('joining names the conference by the call and the leg by its label', async t => {
  const xml = markup({ do: 'join', callId, legId, endOnExit: true })
  t.match(xml, `<Dial action="${hub}/dial-action?call=${callId}&amp;leg=${legId}" method="POST">`)
  t.match(xml, `>${callId}</Conference></Dial></Response>`)
  const wanted = {
    participantLabel: legId,
    beep: 'false',
    startConferenceOnEnter: 'true',
    endConferenceOnExit: 'true',
    waitUrl: music,
    statusCallback: `${hub}/conference?call=${callId}`,
    statusCallbackEvent: 'start end join leave mute hold modify',
  }
  for (const [name, value] of Object.entries(wanted)) t.match(xml, ` ${name}="${value}"`)
})

t.test('the conference reports to the same address whichever leg comes first', async t => {
  const callbackOf = (leg: LegId): string | undefined =>
    markup({ do: 'join', callId, legId: leg, endOnExit: false }).match(/ statusCallback="[^"]*"/)?.[0]
  t.ok(callbackOf(legId))
  t.equal(callbackOf(newId()), callbackOf(legId))
})

t.test('voicemail says, records and hangs up', async t => {
  const xml = markup(
    { do: 'voicemail', callId, say: 'Leave a message.', maxSeconds: 90 },
    { voice: 'Polly.Olivia-Neural' },
  )
  t.match(
    xml,
    /^<Response><Say voice="Polly.Olivia-Neural" language="en-AU">Leave a message.<\/Say><Record .*\/><Hangup\/><\/Response>$/,
  )
  t.match(xml, ` action="${hub}/record-action?call=${callId}" method="POST" maxLength="90" playBeep="true"`)
  t.match(
    xml,
    ` recordingStatusCallback="${hub}/recording?call=${callId}" recordingStatusCallbackEvent="completed absent"`,
  )
})

t.test('the short ones', async t => {
  t.equal(markup({ do: 'reject', reason: 'busy' }), '<Response><Reject reason="busy"/></Response>')
  t.equal(markup({ do: 'hangup' }), '<Response><Hangup/></Response>')
  t.equal(markup(null), '<Response/>')
  const ask = `<Redirect method="POST">${hub}/voice?ask=next</Redirect>`
  t.equal(
    markup({ do: 'say', text: 'One moment' }),
    `<Response><Say language="en-AU">One moment</Say>${ask}</Response>`,
  )
})

t.test('callback addresses tell the vendor how often to try again', async t => {
  t.match(
    markup({ do: 'say', text: 'x' }, { webhookRetries: 5 }),
    'voice?ask=next#ct=2000&amp;rt=5000&amp;rc=5&amp;rp=ct,rt,5xx<',
  )
})
