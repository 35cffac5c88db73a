/** Said instead of an address, at any provider: nobody is called so. */
const saidAnywhere = [
  'no[._-]?e?-?mails?(?:[._-]?(?:address|provided|given|supplied|available))?',
  'not?[._-]?(?:provided|supplied|available|applicable|given)',
  'do(?:es)?[._-]?nt?o?t?[._-]?have[._-]?(?:one|email|e-mail|any)?',
  'do[._-]?not[._-]?(?:reply|email|e-mail)',
  'no[._-]?(?:reply|one|body)',
  'n/a|none|null|undefined|unknown|nobody|anonymous|placeholder|dummy|fake[._-]?email|invalid',
  'test(?:ing|er|test|user|email|mail|customer|account|[._-](?:user|email|customer|account|test))?',
  '(?:asdf|qwer(?:ty?)?|sdfg|zxcv)+|(?:asd|sdf|dfg|fgh|qwe){2,}',
  'your[._-]?(?:e?mail|name)|e?mail[._-]?address|first[._-]?name(?:[._-]?last[._-]?name)?',
].join('|')

/** Said instead of an address, but somebody's at a firm of their own: only where the domain is a place-holder or open to all. */
const saidElsewhere = [
  'no|na|nil|x|xx+|xyz|abc|abcd?e?f?|aa+|void|blank|temp|tbc|tba|fake|sample|example|someone|somebody|noone',
  'user|username|name|me|you|e?mail|customer|guest|client|first[._]last|firstname|foo|bar|foobar',
].join('|')

/** Domains that stand for "no address", whoever is said to be there; without what comes before them. */
const nowhere =
  /^(?:no-?e?-?mail|no-?address|not?-?(?:provided|available|supplied|given)|none|unknown|fake-?e?mail|nowhere)\.[a-z]{2,4}(?:\.[a-z]{2})?$/

const openToAll = 'gmail|googlemail|hotmail|outlook|live|yahoo|aol|bigpond|optusnet|mail|email'
const standIn =
  'test|testing|example|sample|domain|yourdomain|mydomain|company|abc|xyz|asdf|asd|qwerty|fake|dummy|no|na|nil|null|temp|nomail'
const digitsAndTag = '[._-]?\\d{0,6}(?:\\+[^@]*)?'

const anywhere = new RegExp(`^(?:${saidAnywhere})${digitsAndTag}@`)
const tag = '(?:\\+[^@]*)?'
const elsewhere = new RegExp(
  `^(?:${saidElsewhere})(?:${tag}@(?:${openToAll})|${digitsAndTag}@(?:[a-z0-9-]+\\.)*(?:${standIn}))\\.[a-z.]+$`,
)

/**
 * Whether a clean address was only typed to get past a form: "test@test.com", "none@none.com", "noemail@gmail.com",
 * "a@a.com". Thousands of strangers share such an address. A name at `example.com` is not meant: invented data is full of them.
 */
export function isPlaceholderEmail(clean: string): boolean {
  const at = clean.lastIndexOf('@')
  const host = clean.slice(at + 1)
  return (
    anywhere.test(clean) || isNowhere(host) || elsewhere.test(clean) || (at < 12 && isTwice(clean.slice(0, at), host))
  )
}

function isNowhere(host: string): boolean {
  return nowhere.test(host) || host.endsWith('.invalid') || host.endsWith('.localhost')
}

/** One word or letter twice: "a@a.com", "xx@xxx.com", "abc@abc.com.au", "email@email.com". */
function isTwice(typed: string, host: string): boolean {
  if (typed.charCodeAt(0) !== host.charCodeAt(0)) return false
  const [local = ''] = typed.split('+')
  const label = host.slice(0, host.indexOf('.'))
  const isLetter = [...local, ...label].every(letter => letter === local[0])
  return isLetter || (local === label && /^(?:abc|e?mail|e-mail|name|user)$/.test(local))
}
