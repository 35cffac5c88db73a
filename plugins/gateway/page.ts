import type { AsyncApi, Message } from './asyncapi.ts'
import { pageWords } from './page-words.ts'
import { replyCodes } from './protocol-errors.ts'
import { closings, serverData } from './protocol.ts'

/** The protocol as a page to read: made from the same document as `/asyncapi.json`, with nothing loaded from elsewhere. */
export function protocolPage(document: AsyncApi): string {
  const { messages } = document.components
  const commands = Object.keys(messages).filter(name => `${name}.reply` in messages)
  const words = pageWords()
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(document.info.title)}: protocol</title>
<style>${style}</style>
<h1>${escape(document.info.title)} <small>protocol 1</small></h1>
<p>Everything it takes to write a client, in any language. For programs: <a href="/asyncapi.json">/asyncapi.json</a> (AsyncAPI 3). The HTTP API: <a href="/docs">/docs</a>.</p>
<nav>${['start', 'counting', 'hub', 'commands', 'errors', 'closing', 'limits', 'versions'].map(id => `<a href="#${id}">${id}</a>`).join(' ')}</nav>
${words.start}
${frame(messages['hello'])}
${words.counting}
<h2 id="hub">What the hub sends by itself</h2>
${Object.keys(serverData)
  .map(type => frame(messages[type]))
  .join('\n')}
<h2 id="commands">Commands</h2>
${words.commands}
${commands.map(name => frame(messages[name], messages[`${name}.reply`])).join('\n')}
<h2 id="errors">Refusals</h2>
${frame(messages['error'])}
<table><tr><th>code<th>what to make of it${Object.entries(replyCodes).map(row).join('')}</table>
${words.errors}
<h2 id="closing">Why the hub closes a connection</h2>
<table><tr><th>code<th>words${closingRows()}</table>
${words.closing}
${words.end}
</html>
`
}

function closingRows(): string {
  const rows = Object.values(closings).map(({ code, reason }) => [String(code), reason] as const)
  return rows
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(row)
    .join('')
}

function row([name, text]: readonly [string, string]): string {
  return `\n<tr><td><code>${escape(name)}</code><td>${escape(text)}`
}

/** One kind of frame: what it is for, its fields, an example; for a command also the reply. */
function frame(message: Message | undefined, reply?: Message): string {
  if (!message) return ''
  return `<section id="${escape(message.name)}"><h3><code>${escape(message.name)}</code></h3>
<p>${code(message.summary)}</p>
${fieldTable(message)}
<pre class="example">${escape(JSON.stringify(message.examples[0]?.payload, null, 1))}</pre>
${reply ? `<p>Answered with</p>\n${fieldTable(reply)}\n<pre class="example">${escape(JSON.stringify(reply.examples[0]?.payload, null, 1))}</pre>` : ''}</section>`
}

/** The parts of a JSON Schema that are shown. */
interface Shape {
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  description?: string
  anyOf?: Shape[]
  allOf?: Shape[]
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

function fieldTable({ payload }: Message): string {
  const data = (payload as Shape).properties?.['data'] ?? (payload as Shape).properties?.['error']
  const rows = fieldsOf(data ?? {}, '')
  if (rows.length === 0) return ''
  return `<table><tr><th>in <code>data</code><th>is<th>${rows.join('')}</table>`
}

function fieldsOf(shape: Shape, under: string): string[] {
  const all = [shape, ...(shape.allOf ?? [])]
  return all.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, field]) => {
      const path = under + name
      const about = [required.includes(name) ? '' : 'optional', field.description ?? ''].filter(Boolean).join('; ')
      const line = `\n<tr><td><code>${escape(path)}</code><td>${escape(typeOf(field))}<td>${code(about)}`
      return [line, ...fieldsWithin(field, path)]
    }),
  )
}

function fieldsWithin(field: Shape, path: string): string[] {
  const inner = field.anyOf?.find(({ type }) => type === 'object') ?? field
  return inner.type === 'array' ? fieldsOf(inner.items ?? {}, `${path}[].`) : fieldsOf(inner, `${path}.`)
}

function typeOf(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const)
  if (shape.enum) return shape.enum.map(each => JSON.stringify(each)).join(' or ') + defaultOf(shape)
  if (shape.anyOf) return shape.anyOf.map(typeOf).join(' or ')
  if (shape.type === 'array') return `list of ${typeOf(shape.items ?? {})}`
  const named = [shape.type ?? 'anything'].flat().join(' or ')
  return named + (shape.format ? ` (${shape.format})` : '') + boundsOf(shape) + defaultOf(shape)
}

function boundsOf({ type, minLength, maxLength, minimum }: Shape): string {
  if (type === 'string' && maxLength !== undefined) return `, ${minLength ?? 0} to ${maxLength} characters`
  return type === 'integer' && minimum !== undefined && minimum >= 0 ? `, at least ${minimum}` : ''
}

function defaultOf({ default: value }: Shape): string {
  return value === undefined ? '' : `, else ${JSON.stringify(value)}`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}

/** Text with `code` in it. */
function code(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

const style = `:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
nav a{margin-right:.8rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}h3{margin:1.6rem 0 .2rem}small{opacity:.6}
pre{background:var(--soft);padding:.6rem;overflow:auto;font-size:.85rem;line-height:1.35}code{font-size:.92em}
table{border-collapse:collapse;margin:.4rem 0;font-size:.92rem}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}`
