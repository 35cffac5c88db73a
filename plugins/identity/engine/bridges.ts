/** A connected part of a graph, as edges between members. */
export interface Graph {
  a: ArrayLike<number>
  b: ArrayLike<number>
}

/** An edge that alone holds two parts together. */
export interface Bridge {
  /** Its place among the edges. */
  edge: number
  /** Nodes on the smaller side. */
  size: number
}

/**
 * The bridges of a connected graph: edges without which it falls in two (Tarjan 1974, O(V + E)). Two edges between the same two
 * nodes are no bridge.
 */
export function bridgesOf({ a, b }: Graph): Bridge[] {
  const { places, neighbours } = adjacency({ a, b })
  const count = places.size
  const order = new Int32Array(count).fill(-1)
  const lowest = new Int32Array(count)
  const below = new Int32Array(count).fill(1)
  const next = new Int32Array(count)
  const arrivedBy = new Int32Array(count).fill(-1)
  const found: Bridge[] = []
  let met = 0
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue
    const path = [root]
    order[root] = lowest[root] = met++
    while (path.length > 0) {
      const node = path.at(-1)!
      const step = neighbours[node]![next[node]!++]
      if (step === undefined) {
        path.pop()
        leave(node, path.at(-1))
      } else if (step.edge === arrivedBy[node]) continue
      else if (order[step.to] === -1) {
        arrivedBy[step.to] = step.edge
        order[step.to] = lowest[step.to] = met++
        path.push(step.to)
      } else lowest[node] = Math.min(lowest[node]!, order[step.to]!)
    }
  }
  return found

  function leave(node: number, parent: number | undefined): void {
    if (parent === undefined) return
    lowest[parent] = Math.min(lowest[parent]!, lowest[node]!)
    below[parent]! += below[node]!
    const isBridge = lowest[node]! > order[parent]!
    if (isBridge) found.push({ edge: arrivedBy[node]!, size: Math.min(below[node]!, count - below[node]!) })
  }
}

/** How many of the edges there could be there are: 2E / (V (V − 1)); 1 for a node alone. */
export function densityOf(nodes: number, edges: number): number {
  return nodes < 2 ? 1 : (2 * edges) / (nodes * (nodes - 1))
}

interface Step {
  to: number
  edge: number
}

function adjacency({ a, b }: Graph): { places: Map<number, number>; neighbours: Step[][] } {
  const places = new Map<number, number>()
  const neighbours: Step[][] = []
  const placeOf = (node: number): number => {
    let place = places.get(node)
    if (place === undefined) places.set(node, (place = neighbours.push([]) - 1))
    return place
  }
  for (let edge = 0; edge < a.length; edge++) {
    const one = placeOf(a[edge]!)
    const other = placeOf(b[edge]!)
    neighbours[one]!.push({ to: other, edge })
    neighbours[other]!.push({ to: one, edge })
  }
  return { places, neighbours }
}
