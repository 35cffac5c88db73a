import { HubError } from '@switchboard/core'

const place = /\{(\w+)\}/g

/** A text with its places filled in. @throws HubError bad_request naming what is missing */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  const missing = [...text.matchAll(place)].flatMap(([, name = '']) => (values[name] === undefined ? [name] : []))
  if (missing.length > 0) throw new HubError('bad_request', `values: say ${[...new Set(missing)].join(', ')}`)
  return text.replace(place, (_whole, name: string) => values[name] ?? '')
}

/** The places of a text, in the order in which they come. */
export function placesIn(text: string): string[] {
  return [...new Set([...text.matchAll(place)].map(([, name = '']) => name))]
}
