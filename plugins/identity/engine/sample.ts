import type { Nodes } from './collapse.ts'
import type { Compare } from './patterns.ts'

/** So many nodes at most, and about so many pairs of them. */
const sampledNodes = 1500
const sampledPairs = 20_000

/**
 * How two random nodes compare. The nodes are those whose content hashes are smallest, and each meets those that follow it in the
 * order of hashes, so the sample depends on what the data says and not on its order.
 * @returns how often each level was found, the first being equal, and how many pairs had the field on both sides
 */
export function sampleAgreement(nodes: Nodes, compare: Compare, levels: number): { found: number[]; compared: number } {
  const sample = sampleOf(nodes)
  const found = Array.from({ length: levels }, () => 0)
  const steps = Math.min(Math.ceil(sampledPairs / sample.length), Math.floor((sample.length - 1) / 2))
  let compared = 0
  for (let at = 0; at < sample.length; at++)
    for (let step = 1; step <= steps; step++) {
      const level = compare(sample[at]!, sample[(at + step) % sample.length]!)
      if (level === 0) continue
      compared++
      found[level - 1]!++
    }
  return { found, compared }
}

function sampleOf({ count, hash }: Nodes): number[] {
  const most = count <= sampledNodes ? Infinity : (2 ** 53 * sampledNodes) / count
  const chosen: number[] = []
  for (let node = 0; node < count; node++) if (hash[node]! < most) chosen.push(node)
  return chosen.sort((a, b) => hash[a]! - hash[b]!)
}
