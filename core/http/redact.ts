/** Keys whose value says how to reach a person: enough is kept to tell two people apart, not to reach one. */
const contactKey = /^(from|to|caller|called|callerid|cc|bcc|recipients?|senders?)$|(phones?|emails?|mobile)$/
/** Keys whose value is nobody's business in a log. */
const secretKey =
  /^(body|rawbody|text|transcript|content|cookies?|setcookie|ticket|bearer|signature)$|(token|tokens|secret|secrets|password|authorization|apikey|databaseurl)$/
const hidden = '[redacted]'
const deepest = 3

const emails = /([^\s@<>"'(),:;/=?&])[^\s@<>"'(),:;/=?&]*(?:@|%40)([a-z0-9-]+(?:\.[a-z0-9-]+)+)/gi
/** International numbers, also as a URL writes the plus; and national ones, which begin with a zero. */
const phones = /(?:\+|%2b)\d[\d ().-]{5,18}(\d{3})(?!\d)|(?<![\w.-])0[\d ]{6,12}(\d{3})(?![\w.-])/gi

/** Text of others, such as an error's message, with the emails and phone numbers in it shortened. */
export function scrub(text: string): string {
  return text.replace(emails, '$1…@$2').replace(phones, (_, international, national) => `…${international ?? national}`)
}

/** A person's phone as "…678", an email as "a…@example.org"; what is neither is hidden whole. */
export function mask(contact: string): string {
  const text = contact.trim()
  if (text.includes('@')) return `${text[0]}…${text.slice(text.lastIndexOf('@'))}`
  const digits = text.replace(/\D/g, '')
  return digits.length >= 6 ? `…${digits.slice(-3)}` : hidden
}

/** Facts fit for a log: contacts masked, secrets and bodies hidden, errors reduced to what tells the cause. */
export function redact(facts: object): Record<string, unknown> {
  return redactFields(facts, 0)
}

function redactFields(facts: object, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(facts)) out[key] = redactField(key, value, depth)
  return out
}

function redactField(key: string, value: unknown, depth: number): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value
  const plainKey = key.toLowerCase().replace(/[-_]/g, '')
  if (secretKey.test(plainKey)) return hidden
  if (contactKey.test(plainKey)) return redactContact(value)
  if (typeof value === 'string') return plainKey.endsWith('url') ? scrub(value.replace(/\?.*$/s, '?…')) : scrub(value)
  return redactValue(value, depth)
}

function redactContact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactContact)
  return typeof value === 'string' || typeof value === 'number' ? mask(String(value)) : hidden
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (value instanceof Error) return redactError(value, depth)
  if (value instanceof URL) return scrub(value.origin + value.pathname)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  return depth >= deepest ? '[…]' : redactMembers(value, depth + 1)
}

function redactMembers(value: object, depth: number): unknown {
  if (Array.isArray(value) || value instanceof Set) return [...value].map(item => redactValue(item, depth))
  return redactFields(value instanceof Map ? Object.fromEntries(value) : value, depth)
}

/** Only these: a database's error also carries the row it is about. */
const errorFacts = ['code', 'status', 'at', 'vendorStatus', 'vendorCode', 'outcomeUnknown'] as const

function redactError(error: Error, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = { type: error.name, message: scrub(error.message) }
  for (const key of errorFacts) {
    const fact: unknown = Reflect.get(error, key)
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean') out[key] = fact
  }
  if (error.stack) out['stack'] = scrub(error.stack)
  if (error.cause instanceof Error && depth < deepest) out['cause'] = redactError(error.cause, depth + 1)
  return out
}
