import { codes, type Code } from '../model/errors.ts'
import type { ApiDocument } from './openapi.ts'
import { titleOf } from './problem.ts'

/** One operation as the document has it; only what the page shows. */
interface Operation {
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[]
  requestBody?: { content?: Content }
  responses?: { [status: string]: { description?: string; content?: Content } | { $ref: string } }
}
type Content = { [type: string]: { schema?: unknown } }
interface Entry {
  method: string
  path: string
  operation: Operation
}

/** The API as a page to read: made on the server, from the same document as `/openapi.json`, with nothing loaded from elsewhere. */
export function docsPage(document: ApiDocument): string {
  const entries = entriesOf(document)
  const tags = [...new Set(entries.map(({ operation }) => operation.tags?.[0] ?? ''))].toSorted()
  const sections = tags.map(tag =>
    section(
      tag,
      entries.filter(({ operation }) => operation.tags?.[0] === tag),
    ),
  )
  const { title, version } = document.info
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} API</title>
<style>${style}</style>
<h1>${escape(title)} API <small>${escape(version)}</small></h1>
<p>The same as <a href="/openapi.json">/openapi.json</a>. Send <code>Authorization: Bearer …</code> with an access token or an API key.</p>
<nav>${tags.map(tag => `<a href="#${escape(tag)}">${escape(tag)}</a>`).join(' ')} <a href="#errors">errors</a> <a href="#shapes">shapes</a></nav>
${sections.join('\n')}
${errors()}
<h2 id="shapes">shapes</h2>
${Object.entries(document.components?.schemas ?? {})
  .map(([name, schema]) => `<h3 id="${escape(name)}">${escape(name)}</h3>${shape(schema)}`)
  .join('\n')}
</html>
`
}

function entriesOf(document: ApiDocument): Entry[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation: operation as Operation })),
  )
}

function section(tag: string, entries: Entry[]): string {
  return `<h2 id="${escape(tag)}">${escape(tag)}</h2>\n${entries.map(entry).join('\n')}`
}

function entry({ method, path, operation }: Entry): string {
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(summary)}</summary>
<p>${escape(description)}</p>
${parameters.length > 0 ? table(parameters) : ''}
${contents('Send', requestBody?.content)}
${Object.entries(responses)
  .map(([status, response]) => answer(status, response))
  .join('\n')}
</details>`
}

function table(parameters: NonNullable<Operation['parameters']>): string {
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) =>
      `<tr><td><code>${escape(name)}</code><td>${escape(place)}${required ? ', required' : ''}<td>${escape(description)}<td>${shape(schema)}`,
  )
  return `<table>${rows.join('\n')}</table>`
}

function answer(status: string, response: NonNullable<Operation['responses']>[string]): string {
  if ('$ref' in response) return `<h4>${escape(status)}: <a href="#Problem">Problem</a></h4>`
  return contents(`${status}: ${response.description ?? ''}`, response.content ?? {})
}

function contents(heading: string, content: Content | undefined): string {
  if (!content) return ''
  return `<h4>${escape(heading)}</h4>${Object.values(content)
    .map(({ schema }) => shape(schema))
    .join('')}`
}

/** A schema as text, its references as links. */
function shape(schema: unknown): string {
  const text = escape(JSON.stringify(schema ?? {}, null, 2))
  return `<pre>${text.replace(/#\/components\/schemas\/([\w.-]+)/g, '<a href="#$1">$1</a>')}</pre>`
}

function errors(): string {
  const rows = Object.entries(codes).map(
    ([code, status]) => `<tr id="${code}"><td><code>${code}</code><td>${status}<td>${titleOf(code as Code)}`,
  )
  return `<h2 id="errors">errors</h2><table>${rows.join('\n')}</table>`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
details{border-top:1px solid #ddd;padding:.4rem 0}summary{cursor:pointer}nav a{margin-right:.8rem}h4{margin:.6rem 0 .2rem}
pre{background:#f6f6f6;padding:.5rem;margin:.2rem 0;overflow:auto;font-size:.85rem}td{padding:.15rem .8rem .15rem 0;vertical-align:top}`
