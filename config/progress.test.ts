import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import stringWidth from 'string-width'
import t from 'tap'
import { openProgress, progressLine } from './progress.ts'

const startedAt = new Date('2026-11-21T02:00:00Z')
const at = (seconds: number): Date => new Date(startedAt.getTime() + seconds * 1000)

t.test('where the whole is known there are percent, speed, and the time left', async t => {
  const line = progressLine('shopify', { rows: 1028, total: 4112, startedAt }, { width: 100, now: at(10) })
  t.match(line, /^shopify {2}\[█+░+\] {2}25 % {2}1,028 of 4,112 rows {2}103 rows\/s {2}0:10 {2}0:30 left$/)
  const bar = /\[(.*)\]/.exec(line)?.[1] ?? ''
  t.equal(bar.lastIndexOf('█') + 1, Math.floor(bar.length / 4))
})

t.test('where it is not known the bar moves, and nothing is said about the end', async t => {
  const look = (seconds: number): string =>
    progressLine('front', { rows: 300, total: null, startedAt }, { width: 80, now: at(seconds) })
  t.match(look(2), /^front {2}\[░*█+░*\] {2}300 rows {2}150 rows\/s {2}0:02$/)
  t.not(look(2).indexOf('█'), look(3).indexOf('█'))
})

t.test('without a bar it is a sentence', async t => {
  const words = { width: null, now: at(2) }
  t.equal(
    progressLine('shopify', { rows: 10, total: 40, startedAt }, words),
    'shopify: 25 %, 10 of 40 rows, 5 rows/s, 0:02, 0:06 left',
  )
  t.equal(progressLine('shopify', null, words), 'shopify: about to begin')
})

t.test('no line with a bar is wider than there is room, whatever the counts', async () => {
  const anything = fc.record({
    rows: fc.nat(10_000_000),
    total: fc.option(fc.nat(10_000_000)),
    seconds: fc.integer({ min: -5, max: 100_000 }),
    width: fc.integer({ min: 20, max: 140 }),
  })
  const isRight = ({ rows, total, seconds, width }: typeof anything extends fc.Arbitrary<infer One> ? One : never) => {
    const line = progressLine('shopify', { rows, total, startedAt }, { width, now: at(seconds) })
    return line.includes('[')
      ? stringWidth(line) === width && !/NaN|Infinity|-\d/.test(line)
      : !/NaN|Infinity/.test(line)
  }
  fc.assert(fc.property(anything, isRight))
})

/** What a bar writes to a place, from its first look to its end. */
function written(isTTY: boolean, isPlain: boolean): string {
  const output = Object.assign(new PassThrough(), { isTTY, columns: 100 })
  const bar = openProgress('shopify', output, isPlain)
  bar.show(null)
  bar.show({ rows: 30, total: 40, startedAt })
  bar.close()
  return String(output.read())
}

t.test('on a terminal the bar is drawn in place, and taken away at the end', async t => {
  const text = written(true, false)
  t.match(stripVTControlCharacters(text), /shopify: about to begin.*75 % {2}30 of 40 rows/)
  t.notOk(text.includes('\n'))
  t.ok(text.endsWith('\u001b[2K'), 'its line is empty afterwards')
  t.ok(text.includes('\u001b[?25l') && text.includes('\u001b[?25h'), 'the cursor comes back')
})

t.test('elsewhere, and where plain text is asked for, each look is a line of its own', async t => {
  for (const text of [written(false, false), written(true, true)]) {
    t.equal(stripVTControlCharacters(text), text)
    t.match(text.trim().split('\n'), [/^shopify: about to begin$/, /^shopify: 75 %, 30 of 40 rows/])
  }
})

t.test('what was over before there was anything to show is not drawn', async t => {
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100 })
  openProgress('shopify', output, false).close()
  t.equal(output.read(), null)
})
