import anyAscii from 'any-ascii'

/** Letters of other scripts than the Latin one, with the marks on them. */
const foreign = /[^\p{Script=Latin}\P{L}][\p{M}\u200c\u200d]*(?:[^\p{Script=Latin}\P{L}][\p{M}\u200c\u200d]*)*/gu

/**
 * Writes words of other scripts in Latin letters, so that one name in two scripts can be compared: "Анна" is "Anna", "张伟" "Zhang Wei".
 * Scripts that leave out vowels leave them out here too. Letters that nobody wrote down stay as they are.
 */
export function inLatin(text: string): string {
  return text.normalize('NFKC').replace(foreign, word => anyAscii(word).replace(/(?<=[a-z])(?=[A-Z])/g, ' ') || word)
}
