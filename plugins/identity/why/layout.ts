import type { Box } from './svg.ts'

/** Who is drawn, and who is tied to whom, by place. */
export interface Graph {
  count: number
  edges: readonly (readonly [number, number])[]
}

/** How big a card is, and how much room it needs around itself. */
export const card = { width: 188, height: 54 }
const tag = { width: 66, height: 20 }

/** Where cards and the tags of edges go. */
export interface Layout {
  cards: Box[]
  edges: { from: Point; bend: Point; to: Point; tag: Box }[]
  height: number
}

interface Point {
  x: number
  y: number
}

/**
 * Puts cards around an oval, neighbours beside each other, so that the edges of a tree never cross; edges bend inwards, and a tag
 * sits where it covers neither a card nor another tag.
 */
export function layoutOf({ count, edges }: Graph, width: number): Layout {
  const oval = { x: (width - card.width) / 2 - 8, y: Math.max(64, Math.min(count * 26, 300)) }
  const centre = { x: width / 2, y: oval.y + card.height / 2 + 4 }
  const places = placesOf(count, oval)
  const order = aroundOf(count, edges)
  const middles: Point[] = []
  order.forEach((node, at) => (middles[node] = { x: centre.x + places[at]!.x, y: centre.y + places[at]!.y }))
  const cards = middles.map(({ x, y }) => ({ x: x - card.width / 2, y: y - card.height / 2, ...card }))
  const taken = [...cards]
  const drawn = edges.map(([a, b]) => {
    const edge = bent(middles[a]!, middles[b]!, centre)
    const tag = freeTag(edge, taken)
    taken.push(tag)
    return { ...edge, tag }
  })
  return { cards, edges: drawn, height: 2 * oval.y + card.height + 8 }
}

/** Evenly spread by the room that cards need: far apart sideways at the top and bottom, closely stacked at the sides. */
function placesOf(count: number, oval: Point): Point[] {
  if (count === 1) return [{ x: 0, y: 0 }]
  if (count === 2)
    return [
      { x: -oval.x * 0.62, y: 0 },
      { x: oval.x * 0.62, y: 0 },
    ]
  const start = -Math.PI / 2 - (count % 2 === 0 ? Math.PI / count : 0)
  return Array.from({ length: count }, (_, at) => {
    const angle = start + (at * 2 * Math.PI) / count
    return { x: oval.x * Math.cos(angle), y: oval.y * Math.sin(angle) }
  })
}

/** The order in which a walk through the graph meets its nodes: around a circle, the edges of a tree do not cross then. */
function aroundOf(count: number, edges: Graph['edges']): number[] {
  const near = Array.from({ length: count }, (): number[] => [])
  for (const [a, b] of edges) {
    near[a]!.push(b)
    near[b]!.push(a)
  }
  const seen = new Set<number>()
  const visit = (node: number): void => {
    if (seen.has(node)) return
    seen.add(node)
    for (const next of near[node]!.toSorted((a, b) => near[b]!.length - near[a]!.length || a - b)) visit(next)
  }
  const starts = [...near.keys()].toSorted((a, b) => near[b]!.length - near[a]!.length || a - b)
  for (const node of starts) visit(node)
  return [...seen]
}

/** A curve between two cards that bends towards the middle. */
function bent(from: Point, to: Point, centre: Point): { from: Point; bend: Point; to: Point } {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  const pull = 0.45
  return { from, to, bend: { x: middle.x + (centre.x - middle.x) * pull, y: middle.y + (centre.y - middle.y) * pull } }
}

/** The place on a curve nearest to its middle where a tag covers nothing; its middle when there is none. */
function freeTag(edge: { from: Point; bend: Point; to: Point }, taken: readonly Box[]): Box {
  const steps = Array.from({ length: 37 }, (_, at) => 0.5 + (at % 2 === 0 ? 1 : -1) * Math.ceil(at / 2) * 0.02)
  const tags = steps.map(step => tagAt(edge, step))
  return tags.find(one => !taken.some(box => touches(one, box))) ?? tags[0]!
}

function tagAt({ from, bend, to }: { from: Point; bend: Point; to: Point }, t: number): Box {
  const along = (a: number, b: number, c: number): number => (1 - t) ** 2 * a + 2 * (1 - t) * t * b + t ** 2 * c
  return { x: along(from.x, bend.x, to.x) - tag.width / 2, y: along(from.y, bend.y, to.y) - tag.height / 2, ...tag }
}

function touches(a: Box, b: Box): boolean {
  const gap = 3
  return (
    a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
  )
}
