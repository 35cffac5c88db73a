import { masked } from './mask.ts'
import type { Comparison, Step } from './show.ts'
import { fitted, label, round, widthOf } from './svg.ts'
import { fieldName, percent, plain, signed } from './words.ts'

const rowHeight = 34
const columns = { field: 24, a: 136, b: 322, chart: 520, end: 936 }
const valueWidth = 174

/** A part of a picture, and how high it is. */
export interface Drawn {
  svg: string
  height: number
}

/** A comparison as a chart: a bar for each field from the sum before it to the sum after it, the threshold, and what it comes to. */
export function drawWaterfall({ waterfall, weight, probability, a, b }: Comparison, threshold: number): Drawn {
  const scale = scaleOf(waterfall, threshold)
  const bottom = 56 + waterfall.length * rowHeight
  const sum = waterfall.length === 0 ? weight : waterfall.at(-1)!.total
  const parts = [
    ...[a, b].map((side, at) => {
      const x = at === 0 ? columns.a : columns.b
      const from = side ? `${side.source} ${side.externalId}` : ''
      return (
        label(x, 14, fitted(side?.name ?? 'not here any more', 13, valueWidth), { as: 'strong' }) +
        label(x, 31, fitted(from, 11.5, valueWidth), { as: 'small' })
      )
    }),
    axis(scale, threshold, bottom),
    ...waterfall.map((step, at) => drawStep(step, at, scale, waterfall[at - 1]?.total ?? 0)),
    runningLine(waterfall, scale),
    total({ sum, weight, probability, threshold }, bottom, scale),
  ]
  return { svg: parts.join('\n'), height: bottom + 46 }
}

type Scale = (bits: number) => number

/** Room at both ends for what is written beside the bars. */
function scaleOf(waterfall: readonly Step[], threshold: number): Scale {
  const sums = [0, threshold, ...waterfall.map(({ total }) => total)]
  const [least, most] = [Math.min(...sums), Math.max(...sums)]
  const room = 52
  const perBit = (columns.end - columns.chart - 2 * room) / Math.max(most - least, 1)
  return bits => columns.chart + room + (bits - least) * perBit
}

function axis(scale: Scale, threshold: number, bottom: number): string {
  const [zero, mark] = [scale(0), scale(threshold)]
  const words = `one person from ${threshold.toFixed(1)} bits`
  const half = widthOf(words, 11.5) / 2
  const middle = Math.min(Math.max(mark, columns.chart + half), columns.end - half)
  return [
    `<line class="zero" x1="${round(zero)}" y1="40" x2="${round(zero)}" y2="${bottom}"/>`,
    `<line class="mark" x1="${round(mark)}" y1="36" x2="${round(mark)}" y2="${bottom}"/>`,
    label(middle, 29, words, { as: 'small', at: 'middle' }),
    `<line class="rule" x1="${columns.field}" y1="40" x2="${columns.end}" y2="40"/>`,
  ].join('\n')
}

function drawStep(step: Step, at: number, scale: Scale, before: number): string {
  const top = 44 + at * rowHeight
  const middle = top + rowHeight / 2 + 4
  const [from, to] = [scale(before), scale(step.total)]
  const isAside = step.field === 'prior' || step.field === 'household'
  const kind = isAside ? 'known' : step.bits < 0 ? 'bad' : 'good'
  const width = Math.max(Math.abs(to - from), 1)
  const isMissing = step.level === 'missing'
  const bar = `<rect class="bar-${kind}" x="${round(Math.min(from, to))}" y="${top + 7}" width="${round(width)}" height="${rowHeight - 14}" rx="3"/>`
  const [x, side] =
    step.bits < 0 ? [Math.min(from, to) - 7, 'end' as const] : [Math.max(from, to) + 7, 'start' as const]
  return [
    label(columns.field, middle - 4, fitted(fieldName(step.field), 13, 108), { as: 'strong' }),
    label(columns.field, middle + 10, fitted(levelWords(step), 11.5, 108), { as: 'small' }),
    ...(isAside ? [] : [value(step, 0, middle), value(step, 1, middle)]),
    ...(isMissing ? [] : [bar]),
    label(x, middle, isMissing ? '0' : signed(step.bits), { as: isMissing ? 'soft' : kind, at: side }),
  ].join('\n')
}

function levelWords({ level, field, rarityBits }: Step): string {
  if (field === 'prior') return 'the odds of a pair'
  if (field === 'household') return 'may share it all'
  if (Math.abs(rarityBits) < 0.05) return level
  const rare = `${rarityBits > 0 ? 'rare' : 'common'} ${signed(rarityBits)}`
  return level === 'equal' ? rare : `${level}, ${rare}`
}

function value({ field, values }: Step, at: 0 | 1, y: number): string {
  const said = values[at]
  const x = at === 0 ? columns.a : columns.b
  if (said === null) return label(x, y, '—', { as: 'soft' })
  return label(x, y, fitted(masked(field, said), 13, valueWidth))
}

/** The sum so far, from row to row. */
function runningLine(waterfall: readonly Step[], scale: Scale): string {
  const points = waterfall.flatMap(({ total }, at) => {
    const y = 44 + at * rowHeight + rowHeight / 2
    return at === 0
      ? [[scale(total), y]]
      : [
          [scale(waterfall[at - 1]!.total), y],
          [scale(total), y],
        ]
  })
  if (points.length === 0) return ''
  const path = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(x!)} ${round(y!)}`).join(' ')
  const dots = waterfall.map(
    ({ total }, at) =>
      `<circle class="dot" cx="${round(scale(total))}" cy="${44 + at * rowHeight + rowHeight / 2}" r="2.5"/>`,
  )
  return `<path class="run" d="${path}"/>${dots.join('')}`
}

interface Sum {
  sum: number
  weight: number
  probability: number
  threshold: number
}

function total({ weight, probability, threshold, sum }: Sum, bottom: number, scale: Scale): string {
  const isOne = weight > threshold
  const words = `${plain(weight)} bits · ${percent(probability)}`
  const half = widthOf(words, 14) / 2 + 4
  const x = Math.min(Math.max(scale(sum), columns.chart + half), columns.end - half)
  return [
    `<line class="rule" x1="${columns.field}" y1="${bottom}" x2="${columns.end}" y2="${bottom}"/>`,
    label(columns.field, bottom + 26, isOne ? 'together: one person' : 'together: not enough for one person', {
      as: 'head',
    }),
    label(x, bottom + 26, words, { as: isOne ? 'good' : 'bad', at: 'middle' }),
  ].join('\n')
}
