/** Providers that ignore dots in the local part. Others may not, so their dots stay. */
const dotless = new Set(['gmail.com', 'googlemail.com'])
/** Two names of one provider. */
const sameProvider = new Map([['googlemail.com', 'gmail.com']])

const shape = /^[^\s@"(),:;<>[\\\]]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/

/**
 * Trims and lower-cases an email address as a person typed it; the curly apostrophes of phone keyboards become straight.
 * @returns null when it is not an address.
 */
export function cleanEmail(raw: string | null | undefined): string | null {
  const text = raw?.normalize('NFKC').replace(/[‘’]/g, "'").trim().toLowerCase() ?? ''
  return text.length <= 254 && shape.test(text) ? text : null
}

/**
 * The address all aliases of one mailbox share: plus tags stripped, dots too where the provider ignores them.
 * Takes a clean address.
 */
export function canonicalEmail(clean: string): string {
  const split = clean.lastIndexOf('@')
  const domain = clean.slice(split + 1)
  const untagged = clean.slice(0, split).split('+')[0] || clean.slice(0, split)
  const undotted = dotless.has(domain) ? untagged.replaceAll('.', '') : untagged
  return `${undotted || untagged}@${sameProvider.get(domain) ?? domain}`
}
