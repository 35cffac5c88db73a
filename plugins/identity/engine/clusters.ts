/** What keeps nodes apart, whatever else agrees. */
export interface Keeping {
  /** Whether two nodes conflict by a veto of the model or a constraint of a plugin. */
  isConflict(a: number, b: number): boolean
  /** Whether something that two nodes share outweighs the vetoes between all who are joined to them. */
  isSure(a: number, b: number): boolean
  /** Whether two nodes conflict by a constraint of a plugin, which nothing outweighs. */
  isConstrained(a: number, b: number): boolean
  /** What of a node the vetoes read, as a number: nodes with the same one conflict with the same others. −1: it conflicts with nobody. */
  voiceOf(node: number): number
  /** Nodes that a vendor or a human says are two people. */
  apart: readonly (readonly [number, number])[]
  /** Nodes that a human says are one. */
  together: readonly (readonly [number, number])[]
  /** Whether all nodes are to be looked at, and not one of each voice: with constraints of plugins, and where vetoes can be outweighed. */
  hasConstraints: boolean
}

/** A union that was not made. */
export interface Refusal {
  edge: number
  because: string
}

/** Who is one person. */
export interface Clusters {
  /** For each node the least node of its cluster. */
  of: Int32Array
  /** The edges that hold the clusters together, strongest first: a spanning tree of each. Those a human made are not among them. */
  kept: number[]
  refused: Refusal[]
  /** Nodes that could be either of two, and why they were left. */
  either: Map<number, string>
}

/** How clusters are formed. */
export interface ClusterHow {
  /** In steps: edges above it join. */
  least: number
  /** A node that could be either of two conflicting clusters joins the better one only above these odds, in steps. */
  surely: number
}
