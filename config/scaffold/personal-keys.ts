/** What a field holds that is nobody's business. */
export type Personal =
  | 'secret'
  | 'email'
  | 'ip'
  | 'id'
  | 'phone'
  | 'first'
  | 'last'
  | 'name'
  | 'company'
  | 'card'
  | 'town'
  | 'postcode'
  | 'street'
  | 'born'
  | 'place'
  | 'remark'

/** By the words of a field's name, joined with `_`; the first that fits counts. */
const kinds: readonly (readonly [Personal, RegExp])[] = [
  [
    'secret',
    /(^|_)(tokens?|secrets?|password|passcode|authorization|auth|bearer|signature|hmac|cookies?|session_?(id|key)|cursor|api_?key|otp|pin)(_|$)/,
  ],
  ['email', /(^|_)e_?mails?(_|$)/],
  ['ip', /(^|_)ip(_?v?[46])?(_addr(ess)?)?$/],
  ['id', /(^|_)[gus]?(uu|gu)?ids?$/],
  ['phone', /(^|_)(tele)?phones?(_|$)|(^|_)(mobiles?|cell|tel|fax|msisdn|sms|whatsapp)(_|$)/],
  ['first', /(^|_)(first|given|fore|middle|nick|preferred)_?names?$/],
  ['last', /(^|_)(last|family|sur|maiden)_?names?$/],
  [
    'name',
    /(^|_)(full|display|real|legal|customer|client|contact|user|guest|member|patient|recipient|sender|payer|billing|shipping|card_?holder|attendee|host|author|staff|employee)_?names?$|^(attention|attn|signed_by|initials)$/,
  ],
  ['company', /(^|_)(company|organi[sz]ation|business|employer)(_name)?$/],
  [
    'card',
    /(^|_)(card|iban|bic|passport|ssn|tax|vat|licen[cs]e|medicare|account)_?(number|no|nr|code)$|^(iban|ssn|last_?4)$/,
  ],
  ['town', /(^|_)(city|town|suburb|locality|village)$/],
  ['postcode', /(^|_)(zip|zip_?code|post_?code|postal_?code)$/],
  ['street', /(^|_)(street|address(es)?|addr|line|address_?line)(_?\d)?$|^(apartment|unit|building|house_?number)$/],
  ['born', /(^|_)(birth\w*|born|dob)(_|$)/],
  ['place', /^(lat|lng|lon|latitude|longitude|coordinates)$/],
  [
    'remark',
    /(^|_)(notes?|comments?|messages?|remarks?|description|body|text|html|subject|summary|feedback|instructions?|memo|bio|about|snippet|transcript|agent|answers?|value)$/,
  ],
  ['id', /(^|_)(code|hash|reference|ref)$/],
]

/** What a field is by its name: `customerEmail`, `billing_address2`, `note`; null when its name says nothing. */
export function personalKind(key: string): Personal | null {
  const words = wordsOf(key).join('_')
  return kinds.find(([, names]) => names.test(words))?.[0] ?? null
}

const people = new Set(
  (
    'customer customers client clients contact contacts person people member members attendee attendees guest guests participant participants user ' +
    'users author staff employee host primary partner recipient recipients sender owner assignee teammate billing shipping payer patient'
  ).split(' '),
)

/** Whether a text under this key alone is somebody's name: `staff: "Sam"`. */
export function isSomebodysName(key: string): boolean {
  return /^(staff|stylist|host|author|customer|client|guest|attendee|recipient|sender|patient|assignee|employee)$/.test(
    key,
  )
}

/** Whether what is under this key is a person, so that a plain `name` in it is theirs. */
export function isPerson(key: string): boolean {
  return wordsOf(key).some(word => people.has(word))
}

/** Fields that tell what sort of thing something is, and never who. */
export function isSort(key: string): boolean {
  return /(^|_)(type|kind|status|state|role|source|label|country|province|region|currency|code|locale|language|zone|timezone|unit)(_v?\d+)?$/.test(
    wordsOf(key).join('_'),
  )
}

function wordsOf(key: string): string[] {
  const spaced = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  return spaced
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
}
