/** What two ways to write one phone number have in common: its last eight digits, without a leading zero. */
export function significant(written: string): string {
  return written.replace(/\D/g, '').replace(/^0+/, '').slice(-8)
}

/** Ranges kept for fiction, by the digits a number begins with and how many it has: Australia, North America, the United Kingdom. */
const fiction: readonly { starts: string; length: number; make(nth: number): string }[] = [
  { starts: '61', length: 11, make: nth => `61${australian(nth)}` },
  { starts: '0', length: 10, make: nth => `0${australian(nth)}` },
  { starts: '', length: 9, make: australian },
  { starts: '1', length: 11, make: nth => `1${american(nth)}` },
  { starts: '44', length: 12, make: nth => `447700900${padded(nth % 1000, 3)}` },
]

/** The `nth` invented number, written as `written` is: its spaces, brackets and plus stay where they are. */
export function numberLike(written: string, nth: number): string {
  const digits = written.replace(/\D/g, '')
  const range = fiction.find(({ starts, length }) => digits.startsWith(starts) && digits.length === length)
  const other = range?.make(nth) ?? nobodys(digits, nth)
  let at = 0
  return written.replace(/\d/g, () => other[at++] ?? '0')
}

function australian(nth: number): string {
  return String(255_500_000 + nth)
}

function american(nth: number): string {
  return `${200 + (Math.floor(nth / 100) % 800)}55501${padded(nth % 100, 2)}`
}

/** No subscriber's number begins with a zero behind its country's code. */
function nobodys(digits: string, nth: number): string {
  const country = digits.length > 10 ? digits.slice(0, 2) : ''
  return country + padded(nth, digits.length - country.length)
}

function padded(nth: number, length: number): string {
  return String(nth).padStart(length, '0')
}
