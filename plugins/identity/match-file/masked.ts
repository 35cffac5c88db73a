/** A value as it may be shown: enough to know it by for who knows it, and no more. "i•••@shop.example", "+61•••000". */
export function masked(value: string): string {
  return value.split(' ').map(maskedWord).join(' ')
}

function maskedWord(word: string): string {
  const at = word.lastIndexOf('@')
  if (at > 0) return `${word[0]}•••${word.slice(at)}`
  if (/^\+\d+$/.test(word)) return `${word.slice(0, 3)}•••${word.slice(-3)}`
  return word.length < 3 ? word : `${word[0]}•••${word.at(-1)}`
}
