import t from 'tap'
import { TwimlError, verbsOf } from './twilio-twiml.ts'

t.test('verbs come in their order, with attributes, nouns and text', async t => {
  const document = `<?xml version="1.0"?><Response>
    <Say language="en-AU"> It&apos;s &lt;fine&gt; </Say><!-- not heard -->
    <Dial action="/x?a=1&amp;b=2"><Conference beep="false">room</Conference></Dial><Say>bye</Say></Response>`
  t.same(verbsOf(document), [
    { name: 'Say', attributes: { language: 'en-AU' }, children: [], text: "It's <fine>" },
    {
      name: 'Dial',
      attributes: { action: '/x?a=1&b=2' },
      children: [{ name: 'Conference', attributes: { beep: 'false' }, children: [], text: 'room' }],
      text: '',
    },
    { name: 'Say', attributes: {}, children: [], text: 'bye' },
  ])
  t.same(verbsOf('<Response/>'), [])
})

t.test('what is no TwiML is refused', async t => {
  const wrong = ['', 'hello', '<Say>hi</Say>', '<Response><Say></Response>', '<Response>&nbsp;</Response>', '{"a":1}']
  for (const document of wrong) t.throws(() => verbsOf(document), TwimlError, document)
})
