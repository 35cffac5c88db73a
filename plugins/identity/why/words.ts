import type { Step } from './show.ts'

const fieldNames = new Map([
  ['first', 'first name'],
  ['last', 'last name'],
  ['prior', 'to begin with'],
])

/** What a field is called. */
export function fieldName(field: string): string {
  return fieldNames.get(field) ?? field
}

/** What a comparison says, in words, the weightiest first: "same email and last name, other first name". */
export function inWords(steps: readonly Pick<Step, 'field' | 'level' | 'bits'>[]): string {
  const unsaid = ['prior', 'household']
  const said = steps.filter(({ field, level }) => !unsaid.includes(field) && level !== 'missing')
  const byLevel = Map.groupBy(
    said.toSorted((a, b) => Math.abs(b.bits) - Math.abs(a.bits)),
    ({ level }) => level,
  )
  const phrases = [...byLevel].map(([level, of]) => phraseOf(level, listed(of.map(({ field }) => fieldName(field)))))
  return phrases.toSorted((a, b) => Number(b.startsWith('same ')) - Number(a.startsWith('same '))).join(', ')
}

const prefixes = new Map([
  ['equal', 'same'],
  ['differs', 'other'],
  ['close', 'nearly the same'],
  ['conflict', 'conflicting'],
])
const suffixes = new Map([
  ['alias', 'by nickname'],
  ['nickname', 'by nickname'],
  ['initial', 'by its initial'],
  ['local', 'up to the @'],
  ['swapped', 'swapped'],
  ['part', 'in part'],
])

function phraseOf(level: string, fields: string): string {
  const suffix = suffixes.get(level)
  return suffix ? `${fields} ${suffix}` : `${prefixes.get(level) ?? level} ${fields}`
}

/** "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1')
}

/** "1 record", "3 records". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** Bits with their sign, as they are shown. */
export function signed(bits: number): string {
  return `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(1)}`
}

/** Bits without a plus. */
export function plain(bits: number): string {
  return `${bits < 0 ? '−' : ''}${Math.abs(bits).toFixed(1)}`
}

/** A probability as a percentage that is never rounded up to certainty. */
export function percent(probability: number): string {
  const share = probability * 100
  if (share >= 99.995) return '> 99.99 %'
  if (share < 0.005) return '< 0.01 %'
  return `${share >= 99 || share < 1 ? share.toFixed(2) : share.toFixed(1)} %`
}
