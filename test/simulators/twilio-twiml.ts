import { SaxesParser } from 'saxes'

/** One verb or noun of TwiML. */
export interface Verb {
  name: string
  attributes: Readonly<Record<string, string>>
  children: Verb[]
  /** Its own text, trimmed. */
  text: string
}

/** What the vendor cannot read: error 12100 in its debugger. */
export class TwimlError extends Error {
  override readonly name = 'TwimlError'
}

/** The verbs of a document, in order. Strict XML. @throws TwimlError */
export function verbsOf(document: string): Verb[] {
  const root: Verb = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('error', error => {
    throw new TwimlError(error.message)
  })
  parser.on('opentag', ({ name, attributes }) => {
    const verb: Verb = { name, attributes: attributes as Record<string, string>, children: [], text: '' }
    open.at(-1)?.children.push(verb)
    open.push(verb)
  })
  parser.on('text', text => {
    const verb = open.at(-1)
    if (verb) verb.text += text
  })
  parser.on('closetag', () => {
    const verb = open.pop()
    if (verb) verb.text = verb.text.trim()
  })
  parser.write(document).close()
  const [response] = root.children
  if (response?.name !== 'Response') throw new TwimlError('the document is no <Response>')
  return response.children
}
