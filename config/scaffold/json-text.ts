import stringWidth from 'string-width'

/** The width of the house. */
const width = 120

/** JSON as prettier writes it: two spaces, objects always open, a list of plain values on one line where it fits. */
export function jsonText(value: unknown): string {
  return `${written(value, 0, 0)}\n`
}

/** `before`: how many characters stand in front of it on its line, without the indent. */
function written(value: unknown, depth: number, before: number): string {
  if (typeof value === 'number') return JSON.stringify(value).replace('e+', 'e')
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const inside = '  '.repeat(depth + 1)
  const end = `\n${'  '.repeat(depth)}`
  if (!Array.isArray(value)) return writtenFields(value, depth)
  const items = value.map(item => written(item, depth + 1, 0))
  const line = `[${items.join(', ')}]`
  // One more character for a comma behind it.
  const fits = depth * 2 + before + stringWidth(line) + 1 <= width && !line.includes('\n') && !isListOfLists(value)
  if (fits) return line
  return isNumbers(value)
    ? `[\n${filled(items, inside)}${end}]`
    : `[\n${items.map(item => inside + item).join(',\n')}${end}]`
}

function writtenFields(value: object, depth: number): string {
  const [inside, end] = ['  '.repeat(depth + 1), `\n${'  '.repeat(depth)}`]
  const fields = Object.entries(value).map(([key, inner]) => {
    const name = `${JSON.stringify(key)}: `
    return `${inside}${name}${written(inner, depth + 1, stringWidth(name))}`
  })
  return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}${end}}`
}

function isListOfLists(value: readonly unknown[]): boolean {
  return value.length > 1 && value.every(item => Array.isArray(item) && item.length > 1)
}

function isNumbers(value: readonly unknown[]): boolean {
  return value.every(item => typeof item === 'number')
}

/** As many on each line as fit. */
function filled(items: readonly string[], inside: string): string {
  const lines: string[] = []
  for (const [index, item] of items.entries()) {
    const text = index === items.length - 1 ? item : `${item},`
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + text.length <= width) lines[lines.length - 1] = `${last} ${text}`
    else lines.push(inside + text)
  }
  return lines.join('\n')
}
