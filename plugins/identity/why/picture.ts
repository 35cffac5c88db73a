import { drawCluster } from './cluster-picture.ts'
import type { Apart, Why } from './show.ts'
import { fitted, label, style, wrapped } from './svg.ts'
import { drawWaterfall } from './waterfall-picture.ts'
import { counted, listed, percent } from './words.ts'

const width = 960
const edge = 24

/** Draws a person: how the weakest link came to hold, who is held together by what, and what would part them. An SVG of its own. */
export function whyPicture(why: Why): string {
  const { displayName, nodes, links, weakest, threshold, model } = why
  const records = nodes.reduce((sum, node) => sum + node.records, 0)
  const sources = new Set(nodes.flatMap(node => node.sources)).size
  const page = pageOf(displayName)
  page.title(displayName)
  const link = weakest ? links[weakest.link] : undefined
  const held = link ? ` · held together at ${percent(link.probability)}` : ' · every record says the same'
  page.line(`${counted(records, 'record')} of ${counted(sources, 'source')}${held} · model ${model}`, 'soft')
  if (link) {
    page.head(`The weakest link: ${link.because || 'decided by people'}`)
    page.draw(drawWaterfall(link, threshold.bits))
    page.line(`What would turn it: ${link.flips}.`, 'soft')
  }
  page.head(
    nodes.length === 1
      ? 'One who says it all'
      : `${nodes.length} who say different things, and what holds them together`,
  )
  page.draw(drawCluster(why, width))
  if (weakest) page.line('Red, dashed: the weakest link. Orange: who would part from the others without it.', 'small')
  for (const { field, values } of why.conflicts) page.line(`⚠ More than one ${field}: ${listed(values)}.`, 'warn')
  page.line(`What would split it: ${why.split}.`, 'text')
  return page.done()
}

/** Draws why two people are two: the pair of their records that is nearest to one person, and everything that keeps them apart. */
export function apartPicture({ names, best, because, flips, threshold, model }: Apart): string {
  const page = pageOf(`${names[0]} and ${names[1]}`)
  page.title(`${names[0]} is not ${names[1]}`)
  page.line(`model ${model}`, 'soft')
  if (best) {
    page.head(`As near as they come: ${best.because || 'nothing in common'}`)
    page.draw(drawWaterfall(best, threshold.bits))
  }
  page.head('Why they are two')
  for (const reason of because) page.line(`• ${reason}`, 'text')
  page.line(`What would turn it: ${flips}.`, 'soft')
  return page.done()
}

/** A page that grows downwards. */
function pageOf(about: string) {
  const parts: string[] = []
  let y = 20
  const line = (text: string, as: string): void => {
    for (const row of wrapped(text, 13, width - 2 * edge)) {
      y += 22
      parts.push(label(edge, y, row, { as }))
    }
  }
  return {
    line,
    title: (text: string): void => {
      y += 22
      parts.push(label(edge, y, fitted(text, 20, width - 2 * edge), { as: 'title' }))
    },
    head: (text: string): void => {
      y += 30
      parts.push(`<line class="rule" x1="${edge}" y1="${y - 10}" x2="${width - edge}" y2="${y - 10}"/>`)
      y += 18
      parts.push(label(edge, y, fitted(text, 14, width - 2 * edge), { as: 'head' }))
      y += 16
    },
    draw: ({ svg, height }: { svg: string; height: number }): void => {
      parts.push(`<g transform="translate(0 ${y})">${svg}</g>`)
      y += height
    },
    done: (): string => {
      const height = y + 28
      return [
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
        label(0, 0, about).replace(/^<text[^>]*>(.*)<\/text>$/, '<title>$1</title>'),
        `<style>${style}</style>`,
        `<rect class="page" width="${width}" height="${height}"/>`,
        ...parts,
        '</svg>',
      ].join('\n')
    },
  }
}
