import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { newId, type Caller } from '@switchboard/core'
import { GatewayError, type ClientEvents } from '@switchboard/gateway/client'
import stringWidth from 'string-width'
import { test } from 'tap'
import { renderCard, runTerminal } from './terminal.ts'

const now = new Date('2026-03-02T00:00:00Z')

const caller: Caller = {
  profileId: newId<'profile'>(),
  displayName: 'Mary Example',
  phone: '+61412345678',
  place: 'Australia',
  confidence: 0.97,
  reasons: ['this phone is on 5 of their 6 records', 'nobody else has it'],
  household: [{ profileId: newId<'profile'>(), displayName: 'Tom Example', shares: ['phone', 'email'] }],
  orders: [
    {
      number: '#1042',
      placedAt: '2026-02-08T03:00:00Z',
      total: { amount: '1398.5', currency: 'AUD' },
      status: 'fulfilled',
    },
    { number: '#977', placedAt: '2025-11-20T03:00:00Z', total: { amount: '89', currency: 'USD' }, status: 'refunded' },
    { number: '#12', placedAt: '2023-01-20T03:00:00Z', total: null, status: 'cancelled' },
  ].map(order => ({ ...order, source: 'shopify', asOf: now.toISOString() })),
  bookings: [
    {
      when: 'next',
      title: 'Ring fitting',
      startsAt: '2026-03-14T00:30:00Z',
      timeZone: 'Australia/Brisbane',
      status: 'confirmed',
    },
    { when: 'last', title: 'Consultation', startsAt: '2025-12-31T20:00:00Z', timeZone: 'Nowhere/Land', status: 'done' },
  ].map(booking => ({
    ...booking,
    endsAt: null,
    with: 'Anna',
    location: 'Main St',
    source: 'appointjet',
    asOf: '',
  })) as Caller['bookings'],
  promises: [],
  notes: [],
}

const unknown: Caller = {
  ...caller,
  ...{ profileId: null, displayName: null, confidence: 0, reasons: ['no record has this number'] },
  ...{ household: [], orders: [], bookings: [] },
}

const call = {
  id: newId<'call'>(),
  from: caller.phone,
  to: '+61755550100',
  at: now.toISOString(),
  legId: newId<'leg'>(),
}

function card(who: Partial<Caller> = {}, look: { width?: number; colour?: boolean } = {}): string {
  return renderCard({ call, caller: { ...caller, ...who } }, { width: 80, colour: false, now, ...look })
}

/** The words, without frame and line breaks. */
function words(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[│╭╮╰╯├┤─]/g, ' ')
    .replace(/\s+/g, ' ')
}

test('a card says who calls, how sure that is, and why', async t => {
  const text = words(card())
  for (const fact of ['Mary Example', '+61 412 345 678 · Australia', '97 %', 'Almost certainly', '+61 7 5555 0100'])
    t.ok(text.includes(fact), fact)
  t.match(text, /this phone is on 5 of their 6 records; nobody else has it/)
  t.match(text, /Shares this phone and an email with Tom Example/)
  t.match(text, /\[a\] answer \[d\] decline \[h\] hang up \[q\] quit/)
})

test('the last orders stand in aligned columns, with the age in words and the amount in its currency', async t => {
  const rows = card()
    .split('\n')
    .filter(row => /#\d/.test(row))
  t.match(rows[0], /#1042\s+3 weeks ago\s+\$1,398\.50\s+fulfilled/)
  t.match(rows[1], /#977\s+3 months ago\s+USD\s89\.00\s+refunded/)
  t.match(rows[2], /#12\s+3 years ago\s+cancelled/)
  const starts = ['fulfilled', 'refunded', 'cancelled'].map((status, index) => rows[index]?.indexOf(status))
  t.equal(new Set(starts).size, 1)
})

test('appointments are told by the clock where they are, also when their zone is unknown', async t => {
  const text = words(card())
  t.match(text, /Next Sat, 14 Mar, 10:30 am AEST · in 12 days Ring fitting with Anna · Main St · confirmed/)
  t.match(text, /Last .* 20(25|26), .* · 8 weeks ago Consultation with Anna · Main St · done/)
})

test('an unknown caller is told by the number alone', async t => {
  const text = words(card(unknown))
  t.match(text, /Unknown caller · Australia \+61 412 345 678 no record has this number/)
  t.notMatch(text, /%|orders|Appointments/)
  t.match(words(card({ ...unknown, phone: null, place: null })), /Unknown caller · number withheld/)
})

test('a known caller without orders is told as such', async t => {
  t.match(words(card({ orders: [] })), /Last orders none yet/)
})

test('every line is as wide as the terminal, from 60 to 120 columns, whatever the letters', async t => {
  const wide = { displayName: '田中 さくら 👩‍👩‍👧‍👦 Weiß-Świątkowska '.repeat(4), reasons: ['長い理由 '.repeat(60)] }
  const orders = caller.orders.map(order => ({
    ...order,
    number: '注文番号'.repeat(6),
    status: 'partially fulfilled '.repeat(5),
  }))
  const household = [{ profileId: newId<'profile'>(), displayName: 'Ж'.repeat(150), shares: ['phone'] }]
  for (const width of [60, 61, 80, 97, 120])
    for (const who of [{}, unknown, { ...wide, orders, household }])
      for (const colour of [false, true]) {
        const widths = card(who, { width, colour })
          .split('\n')
          .map(line => stringWidth(line))
        t.same([...new Set(widths)], [width], `${width} columns`)
      }
  t.equal(stringWidth(card({}, { width: 300 }).split('\n')[0] ?? ''), 120, 'and no wider than reads well')
})

test('there are colours only where they are wanted', async t => {
  t.equal(stripVTControlCharacters(card()), card())
  t.not(stripVTControlCharacters(card({}, { colour: true })), card({}, { colour: true }))
  t.equal(stripVTControlCharacters(card({}, { colour: true })).includes('Mary Example'), true)
})

test('a name cannot move the cursor or turn the writing', async t => {
  const text = card({ displayName: 'Eve\u001b[2J\u001b]0;x\u0007\nsecond line \u202eltr', reasons: ['a\rb'] })
  t.notOk(['\u0007', '\r', '\u001b', '\u202e'].some(control => text.includes(control)))
  t.match(text, /Eve.*second line ltr/)
})

/** Whether this beeps, moves the cursor or has colours. */
function isLive(text: string): boolean {
  return ['\u0007', '\r', '\u001b'].some(control => text.includes(control))
}

/** A client that says what the test makes it say. */
function fakeClient() {
  const ears = new Map<string, Set<(data: never) => void>>()
  const asked: [string, object][] = []
  const closed = { is: false }
  const client = {
    on: <Name extends keyof ClientEvents>(name: Name, hear: (data: ClientEvents[Name]) => void) => {
      ears.set(name, (ears.get(name) ?? new Set()).add(hear))
      return () => void ears.get(name)?.delete(hear)
    },
    request: async (type: string, data: object) => {
      asked.push([type, data])
      if (type === 'call.decline') throw new Error('Robin was quicker')
      return {} as never
    },
    close: () => {
      closed.is = true
    },
  }
  const tell = <Name extends keyof ClientEvents>(name: Name, data: ClientEvents[Name]): void =>
    ears.get(name)?.forEach(hear => hear(data as never))
  return { client, tell, asked, closed }
}

/** A terminal client with hands on its keyboard and eyes on its screen. */
function atTerminal({ isTTY = false, isPlain = false } = {}) {
  const fake = fakeClient()
  const clock = { at: now.getTime() }
  const written: string[] = []
  const output = { isTTY, columns: 80, write: (text: string) => written.push(text) }
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (isRaw: boolean) => modes.push(isRaw) })
  const ends = runTerminal({ client: fake.client, input, output, isPlain, now: () => new Date(clock.at) })
  const me = newId<'staff'>()
  const robin = newId<'staff'>()
  const welcome = (calls: ClientEvents['welcome']['calls'] = []): void =>
    fake.tell('welcome', {
      ...{ version: 1, epoch: newId(), seq: 0, isResumed: false, calls, threads: [] },
      staff: { id: me, name: 'Alex', email: 'alex@demo.example', role: 'agent' },
      presence: [
        { staffId: me, name: 'Alex', presence: 'available', isConnected: true },
        { staffId: robin, name: 'Robin', presence: 'away', isConnected: true },
      ],
    })
  return {
    ...fake,
    ...{ ends, me, robin, welcome, modes },
    type: async (text: string) => {
      input.write(text)
      await new Promise(resolve => setImmediate(resolve))
      await new Promise(resolve => setImmediate(resolve))
    },
    endInput: () => input.end(),
    state: (name: string, staff = [me]) =>
      fake.tell('call.state', { callId: call.id, state: name, because: 'as it happens', with: staff, at: call.at }),
    pass: (ms: number) => {
      clock.at += ms
    },
    /** Everything written since last asked. */
    seen: () => written.splice(0).join(''),
  }
}

test('on a terminal, a call is shown, answered by a key, and told to its end', async t => {
  const it = atTerminal({ isTTY: true })
  it.welcome()
  t.match(it.seen(), /connected as Alex \(alex@demo\.example\)[^]*waiting for calls$/)
  it.tell('call.ringing', { call, caller })
  const ring = it.seen()
  t.match(ring, /97 %[^]*Mary Example is calling$/)
  t.ok(isLive(ring), 'and the terminal beeps')
  await it.type('a')
  t.same(it.asked, [['call.answer', { callId: call.id }]])
  it.state('StaffJoined')
  t.match(it.seen(), /connecting with Mary Example$/)
  it.state('AllInConference')
  t.match(it.seen(), /connected with Mary Example · 0:00$/)
  it.pass(72_000)
  it.tell('presence.changed', { staffId: it.robin, presence: 'busy', isConnected: true })
  t.match(it.seen(), /connected with Mary Example · 1:12$/)
  await it.type('h')
  t.same(it.asked[1], ['call.hangup', { callId: call.id }])
  it.state('Hungup', [])
  t.match(it.seen(), /Mary Example: over after 1:12 \(as it happens\)[^]*waiting for calls$/)
  await it.type('q')
  await it.ends
  t.equal(it.closed.is, true)
  t.same(it.modes, [true, false], 'the terminal is left as it was found')
})

test('a call that others take, that is missed or goes on to somebody else is over for us', async t => {
  const it = atTerminal({ isTTY: true })
  it.welcome()
  it.tell('call.ringing', { call, caller })
  it.tell('call.answeredElsewhere', { callId: call.id, by: it.robin })
  t.match(it.seen(), /Robin answered Mary Example[^]*waiting for calls$/)
  it.tell('call.ringing', { call, caller })
  it.state('DialingStaff', [it.robin])
  t.match(it.seen(), /Mary Example: over \(as it happens\)[^]*waiting for calls$/)
  it.tell('call.ringing', { call, caller })
  it.tell('call.missed', { callId: call.id, from: call.from, at: call.at })
  t.match(it.seen(), /missed call from Mary Example[^]*waiting for calls$/)
  it.tell('call.missed', { callId: newId<'call'>(), from: '+61400000001', at: call.at })
  t.match(it.seen(), /missed call from \+61 400 000 001/)
  await it.type('a')
  t.match(it.seen(), /nobody is calling/)
  await it.type('\u0003')
  await it.ends
})

test('a command that is refused is told, and the call stays', async t => {
  const it = atTerminal({ isTTY: true })
  it.welcome()
  it.tell('call.ringing', { call, caller })
  it.seen()
  await it.type('d')
  t.match(it.seen(), /that did not work: Robin was quicker[^]*Mary Example is calling$/)
  await it.type('q')
  await it.ends
})

test('without a terminal, cards and states are plain lines, and commands are words', async t => {
  const it = atTerminal()
  it.welcome()
  it.tell('call.ringing', { call, caller })
  await it.type('answer\n')
  t.same(it.asked, [['call.answer', { callId: call.id }]])
  it.state('AllInConference')
  it.pass(5_000)
  it.tell('presence.changed', { staffId: it.robin, presence: 'busy', isConnected: true })
  const seen = it.seen()
  t.notOk(isLive(seen))
  t.equal(seen.match(/connected with Mary Example\n/g)?.length, 1, 'the time that passes is no news')
  await it.type('hang up\nquit\n')
  await it.ends
  t.same(it.asked[1], ['call.hangup', { callId: call.id }])
  t.equal(it.closed.is, true)
})

test('a terminal that wants plain text gets no colours and nothing rewritten', async t => {
  const it = atTerminal({ isTTY: true, isPlain: true })
  it.welcome()
  it.tell('call.ringing', { call, caller })
  t.notOk(isLive(it.seen()))
  await it.type('q')
  await it.ends
})

test('with nothing to read from, the client still shows who calls', async t => {
  const it = atTerminal()
  it.endInput()
  it.welcome()
  it.tell('call.ringing', { call, caller })
  t.match(it.seen(), /Mary Example is calling/)
  t.equal(it.closed.is, false)
})

test('after a lost network it says so, and takes up a call that goes on', async t => {
  const it = atTerminal({ isTTY: true })
  it.welcome()
  it.tell('state', 'waiting')
  t.match(it.seen(), /connection lost; coming back/)
  const answeredAt = new Date(now.getTime() - 30_000).toISOString()
  const ongoing = { ...call, state: 'AllInConference', isRinging: false, isAccepted: true, answeredAt }
  it.welcome([{ call: ongoing, caller: null }])
  t.match(it.seen(), /connected again[^]*connected with \+61 412 345 678 · 0:30$/)
  it.welcome([{ call: ongoing, caller }])
  t.match(it.seen(), /connected with Mary Example · 0:30$/)
  await it.type('q')
  await it.ends
})

test('who is signed out is told so', async t => {
  const it = atTerminal({ isTTY: true })
  it.tell('trouble', new GatewayError('unauthenticated', 'sign in again'))
  t.match(it.seen(), /you are signed out: sign in again/)
  it.tell('trouble', new GatewayError('connection_lost', 'closed with 1006'))
  t.equal(it.seen(), '', 'what mends itself is no trouble to a person')
  await it.type('q')
  await it.ends
})

test('who is not available is told how to be', async t => {
  const it = atTerminal({ isTTY: true })
  it.welcome()
  it.tell('presence.changed', { staffId: it.me, presence: 'away', isConnected: true })
  t.match(it.seen(), /you are away: press p to be available$/)
  await it.type('p')
  t.same(it.asked, [['presence.set', { presence: 'available' }]])
  t.match(it.seen(), /waiting for calls$/)
  await it.type('q')
  await it.ends
})
