import type { Tx } from '@switchboard/core'
import { collapse } from '../engine/collapse.ts'
import { explain, type Explanation } from '../engine/explain.ts'
import { tableBuilder } from '../engine/table.ts'
import { loadLearned, type Memory } from '../model-store.ts'
import { fieldsOf, readingOf, valuesOf } from '../pipeline/reading.ts'
import type { Candidate } from '../pipeline/candidate.ts'
import type { IdentityOptions } from '../settings.ts'
import type { EvidenceLoader } from '../decisions/evidence.ts'
import type { Share } from './comparison.ts'
import type { Explain, Explained } from './load.ts'
import { loadCandidates } from './store.ts'
import { fieldName } from './words.ts'

/** Explains comparisons by what was learned: the same parameters by which records are matched. Null before anything was. */
export function explainer({ model }: Pick<IdentityOptions, 'model'>, loadEvidence: EvidenceLoader): Explain {
  const memory: Memory = {}
  return async (tx: Tx, a, b) => {
    const [learned, evidence] = [await loadLearned(tx, memory), await loadEvidence()]
    const people = await loadCandidates(tx, [a.candidateId, b.candidateId])
    if (!learned || people.length < 2) return null
    const reading = readingOf(model, evidence, learned.trained)
    const table = tableBuilder(fieldsOf(model, evidence))
    for (const person of people) table.add(valuesOf(person as Candidate, reading))
    const nodes = collapse(table.build(), [[0, 1]])
    const found = explain(nodes, nodes.nodeOf[0]!, nodes.nodeOf[1]!, { model, evidence, trained: learned.trained })
    return explained(found, new Set(Object.keys(model.fields)))
  }
}

function explained(found: Explanation, fields: ReadonlySet<string>): Explained {
  const shares = found.steps.flatMap(({ comparison, level, m, u, bits, rarityBits }): Share[] => {
    const isEmpty = level === null || Math.abs(bits + rarityBits) < 0.005
    if (isEmpty && !fields.has(comparison)) return []
    return [{ field: comparison, level: level ?? 'missing', bits: bits + rarityBits, rarityBits, m, u }]
  })
  const household = { field: 'household', level: 'would agree in this too', bits: found.household }
  return {
    weight: found.bits,
    shares: found.household < -0.005 ? [...shares, household] : shares,
    flips: flipsOf(found, fields),
  }
}

const levelWords = new Map([
  ['equal', 'the same'],
  ['other', 'another'],
  ['conflict', 'another person’s'],
])

/** What people can see comes first: how an email fits a name is no field of its own. */
function flipsOf({ flips, isOne, veto }: Explanation, fields: ReadonlySet<string>): string {
  if (veto) return `only another ${fieldName(veto.split(':')[0]!)}, or somebody who says that they are one`
  const own = flips.filter(({ comparison }) => fields.has(comparison))
  const changes = own
    .slice(0, 3)
    .map(({ comparison, level }) => `the ${fieldName(comparison)} were ${levelWords.get(level) ?? level}`)
  if (changes.length === 0) return isOne ? 'no single change would part them' : 'no single change would make them one'
  return `${isOne ? 'they would be two' : 'they would be one'} if ${changes.join(', or if ')}`
}
