import { layoutOf, type Layout } from './layout.ts'
import { maskedEmail, maskedPhone } from './mask.ts'
import type { Why, WhyNode } from './show.ts'
import { fitted, label, round, type Box } from './svg.ts'
import type { Drawn } from './waterfall-picture.ts'
import { counted } from './words.ts'

/** More are not drawn, but counted. */
const mostCards = 12

/** A card of the cluster: one who says something of their own, or all who are not drawn. */
interface Card {
  node: WhyNode | null
  title: string
  under: string
  isLeaving: boolean
  isClashing: boolean
}

interface Tie {
  ends: readonly [number, number]
  bits: number
  isWeakest: boolean
}

/** Who is held together by what: a card for each who says something of their own, an edge for each link, the weakest red. */
export function drawCluster(why: Pick<Why, 'nodes' | 'links' | 'weakest' | 'conflicts'>, width: number): Drawn {
  const shown = chosen(why)
  const cards = cardsOf(why, shown)
  const ties = tiesOf(why, shown, cards.length)
  const layout = layoutOf({ count: cards.length, edges: ties.map(({ ends }) => ends) }, width)
  const edges = ties.map((tie, at) => drawEdge(tie, layout.edges[at]!))
  const tags = ties.map((tie, at) => drawTag(tie, layout.edges[at]!.tag))
  return {
    svg: [...edges, ...cards.map((card, at) => drawCard(card, layout.cards[at]!)), ...tags].join('\n'),
    height: layout.height,
  }
}

/** The ends of the weakest links and those with most records. */
function chosen({ nodes, links, weakest }: Pick<Why, 'nodes' | 'links' | 'weakest'>): string[] {
  if (nodes.length <= mostCards) return nodes.map(({ signature }) => signature)
  const weak = weakest ? links[weakest.link] : undefined
  const ends = [weak?.a?.signature, weak?.b?.signature].filter(one => one !== undefined)
  const all = new Set([...ends, ...nodes.map(({ signature }) => signature)])
  return [...all].slice(0, mostCards - 1)
}

function cardsOf({ nodes, weakest, conflicts }: Pick<Why, 'nodes' | 'weakest' | 'conflicts'>, shown: string[]): Card[] {
  const leaving = new Set(weakest?.halves[1].signatures)
  const clashing = new Set(conflicts.flatMap(({ signatures }) => signatures))
  const cards = shown.map((signature): Card => {
    const node = nodes.find(one => one.signature === signature)!
    const isClashing = clashing.has(signature)
    return { node, title: node.name, under: underOf(node), isLeaving: leaving.has(signature), isClashing }
  })
  const hidden = nodes.filter(({ signature }) => !shown.includes(signature))
  if (hidden.length === 0) return cards
  const records = hidden.reduce((sum, node) => sum + node.records, 0)
  const more = { title: `and ${hidden.length} more`, under: counted(records, 'record') }
  return [...cards, { node: null, ...more, isLeaving: false, isClashing: false }]
}

function underOf({ source, externalId, sources, records }: WhyNode): string {
  if (records === 1) return `${source} ${externalId}`
  return `${records} records of ${sources.length === 1 ? source : counted(sources.length, 'source')}`
}

/** Links between cards; those of who is not drawn lead to the card that stands for them, the weakest of each. */
function tiesOf({ links, weakest }: Pick<Why, 'links' | 'weakest'>, shown: string[], count: number): Tie[] {
  const placeOf = (signature: string | undefined): number => {
    const at = shown.indexOf(signature ?? '')
    return at < 0 ? count - 1 : at
  }
  const ties = new Map<string, Tie>()
  links.forEach(({ a, b, weight }, at) => {
    if (!a || !b) return
    const ends = [placeOf(a.signature), placeOf(b.signature)].toSorted((x, y) => x - y) as [number, number]
    const known = ties.get(ends.join(' '))
    const isWeakest = weakest?.link === at
    if (ends[0] !== ends[1] && (!known || isWeakest || (weight < known.bits && !known.isWeakest)))
      ties.set(ends.join(' '), { ends, bits: weight, isWeakest })
  })
  return [...ties.values()]
}

function drawEdge({ isWeakest }: Tie, { from, bend, to }: Layout['edges'][number]): string {
  const path = `M${round(from.x)} ${round(from.y)} Q${round(bend.x)} ${round(bend.y)} ${round(to.x)} ${round(to.y)}`
  return `<path class="edge${isWeakest ? ' weakest' : ''}" d="${path}"/>`
}

function drawTag({ bits, isWeakest }: Tie, { x, y, width, height }: Box): string {
  const as = isWeakest ? ' weakest' : ''
  return (
    `<rect class="tag${as}" x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="10"/>` +
    label(x + width / 2, y + 14, `${bits.toFixed(1)} bits`, { as: isWeakest ? 'small bad' : 'small', at: 'middle' })
  )
}

function drawCard({ node, title, under, isLeaving, isClashing }: Card, { x, y, width, height }: Box): string {
  const as = [isLeaving ? ' leaving' : '', node ? '' : ' more'].join('')
  const contact = node?.email ? maskedEmail(node.email) : node?.phone ? maskedPhone(node.phone) : ''
  const mark = isClashing ? '⚠ ' : ''
  return [
    `<rect class="card${as}" x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="9"/>`,
    label(x + 12, y + 19, fitted(`${mark}${title}`, 12.5, width - 24), { as: isClashing ? 'name warn' : 'name' }),
    label(x + 12, y + 34, fitted(under, 11.5, width - 24), { as: 'small' }),
    contact && label(x + 12, y + 48, fitted(contact, 11.5, width - 24), { as: 'small' }),
  ].join('')
}
