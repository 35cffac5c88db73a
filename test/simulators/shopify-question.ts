/** A question in GraphQL as it came. */
export interface Question {
  query: string
  variables?: { readonly [name: string]: unknown }
}

/** The arguments of a field: numbers, texts, enum values, and variables put in. Enough of GraphQL for what an adapter asks. */
export type Arguments = { readonly [name: string]: unknown }

/** Where each field of this name stands in a question, with its arguments. */
export function fieldsOf({ query, variables = {} }: Question, name: string): Arguments[] {
  const pattern = new RegExp(String.raw`(?<![\w$.:'"])${name}\s*(?:\(([^)]*)\))?\s*\{`, 'g')
  return [...query.matchAll(pattern)].map(([, text = '']) => argumentsOf(text, variables))
}

function argumentsOf(text: string, variables: { readonly [name: string]: unknown }): Arguments {
  const pairs = text.matchAll(/(\w+)\s*:\s*("[^"]*"|[^,\s]+)/g)
  return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, valueOf(value, variables)]))
}

function valueOf(text: string, variables: { readonly [name: string]: unknown }): unknown {
  if (text.startsWith('$')) return variables[text.slice(1)]
  if (text.startsWith('"')) return text.slice(1, -1)
  return /^-?\d+$/.test(text) ? Number(text) : text
}

/** An argument that is to be a text; undefined for none and for null. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
