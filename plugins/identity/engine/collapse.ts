import { signatureOf, type Evidence } from './evidence.ts'

/**
 * Everyone with the same evidence as one node, in the order of the signatures, so that nothing later depends on the order
 * in which records arrived. Values are numbers into a table; −1 is missing.
 */
export interface Nodes {
  count: number
  /** The node of each row that was collapsed. */
  nodeOf: Int32Array
  /** Ascending. */
  signatures: readonly string[]
  first: Int32Array
  last: Int32Array
  email: Int32Array
  /** The phones of node n are `phones[phoneStart[n]]` up to `phones[phoneStart[n + 1]]`, ascending. */
  phoneStart: Int32Array
  phones: Int32Array
  /** What the numbers stand for. */
  emails: readonly string[]
  allPhones: readonly string[]
}

/** Makes one node of all rows with the same signature. */
export function collapse(rows: readonly Evidence[]): Nodes {
  const bySignature = new Map<string, number>()
  const provisional = new Int32Array(rows.length)
  const distinct: Evidence[] = []
  rows.forEach((row, at) => {
    const signature = signatureOf(row)
    let node = bySignature.get(signature)
    if (node === undefined) bySignature.set(signature, (node = distinct.push(row) - 1))
    provisional[at] = node
  })
  const signatures = [...bySignature.keys()].sort()
  const order = signatures.map(signature => bySignature.get(signature)!)
  const place = new Int32Array(order.length)
  order.forEach((node, at) => (place[node] = at))
  return {
    count: order.length,
    nodeOf: provisional.map(node => place[node]!),
    signatures,
    ...columns(order.map(at => distinct[at]!)),
  }
}

function columns(rows: Evidence[]): Omit<Nodes, 'count' | 'nodeOf' | 'signatures'> {
  const names = numbers()
  const emails = numbers()
  const phones = numbers()
  const phoneStart = new Int32Array(rows.length + 1)
  rows.forEach((row, at) => (phoneStart[at + 1] = phoneStart[at]! + row.phones.length))
  const flat = new Int32Array(phoneStart[rows.length]!)
  rows.forEach((row, at) =>
    flat.set(
      row.phones.map(phones.of).sort((a, b) => a - b),
      phoneStart[at],
    ),
  )
  return {
    first: Int32Array.from(rows, row => names.of(row.first)),
    last: Int32Array.from(rows, row => names.of(row.last)),
    email: Int32Array.from(rows, row => emails.of(row.email)),
    phoneStart,
    phones: flat,
    emails: emails.values,
    allPhones: phones.values,
  }
}

/** Numbers for texts, in the order in which they are first met. */
function numbers() {
  const known = new Map<string, number>()
  const values: string[] = []
  const of = (text: string | null): number => {
    if (text === null) return -1
    let number = known.get(text)
    if (number === undefined) known.set(text, (number = values.push(text) - 1))
    return number
  }
  return { of, values }
}
