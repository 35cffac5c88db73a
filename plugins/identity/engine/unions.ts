/** Nodes, each alone: the parent of each, in the manner of union-find. */
export function unions(count: number): Int32Array {
  const parent = new Int32Array(count)
  for (let node = 0; node < count; node++) parent[node] = node
  return parent
}

/** The least node of the cluster that a node is in; halves the path on the way. */
export function rootOf(parent: Int32Array, node: number): number {
  while (parent[node] !== node) node = parent[node] = parent[parent[node]!]!
  return node
}

/** Joins the clusters of two nodes; false when they are one already. */
export function joined(parent: Int32Array, a: number, b: number): boolean {
  const one = rootOf(parent, a)
  const other = rootOf(parent, b)
  if (one === other) return false
  parent[Math.max(one, other)] = Math.min(one, other)
  return true
}
