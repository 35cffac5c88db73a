import { stripVTControlCharacters, styleText } from 'node:util'
import stringWidth from 'string-width'

/** How text is drawn: the columns there are, and whether colours may be used. */
export interface Look {
  width: number
  colour: boolean
}

/** Rows under a heading; the first part of a box needs none. */
export interface BoxPart {
  heading?: string
  rows: string[]
}

/** What is said about how a piece of text looks, where there are colours. */
export type Style = Parameters<typeof styleText>[0]

/** The text in a style, or as it is where there are no colours. */
export function styled({ colour }: Look, style: Style, text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text
}

/** Parts one above the other in a frame. Every line is exactly as wide as the look says, whatever the letters. */
export function box(look: Look, parts: readonly BoxPart[]): string {
  const inner = look.width - 4
  const line = (left: string, heading: string, right: string): string => {
    const title = heading ? `─ ${cut(heading, inner - 2)} ` : ''
    const rest = '─'.repeat(Math.max(0, look.width - 2 - stringWidth(title)))
    return styled(look, 'dim', left) + titled(look, title) + styled(look, 'dim', rest + right)
  }
  const side = styled(look, 'dim', '│')
  const lines = parts.flatMap(({ heading = '', rows }, index) => [
    index === 0 ? line('╭', heading, '╮') : line('├', heading, '┤'),
    ...rows.map(row => `${side} ${pad(cut(row, inner), inner)} ${side}`),
  ])
  return [...lines, line('╰', '', '╯')].join('\n')
}

function titled(look: Look, title: string): string {
  return title && styled(look, 'dim', '─ ') + styled(look, 'bold', title.slice(2))
}

/** Rows as columns, each as wide as its widest cell; `right` names the columns that end at the right. */
export function columns(rows: readonly string[][], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => stringWidth(row[column] ?? ''))))
  const cell = (text: string, column: number): string =>
    right.includes(column) ? padStart(text, widths[column] ?? 0) : pad(text, widths[column] ?? 0)
  return rows.map(row => row.map(cell).join('  ').trimEnd())
}

/** Text in lines of at most `width` columns, broken between words; at most so many lines. */
export function wrap(text: string, width: number, most = Infinity): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && (lines.length >= most || stringWidth(`${last} ${word}`) <= width))
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.map(line => cut(line, width))
}

/** Text of at most `width` columns; what is cut off leaves an ellipsis. Styled text that is too long loses its style. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(stripVTControlCharacters(text))) {
    used += stringWidth(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text
}

/** What others wrote, made safe for a terminal: no control characters that move the cursor, and none that turn the direction of writing. */
export function safe(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
}
