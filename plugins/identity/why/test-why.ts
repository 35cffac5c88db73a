import { showComparison, type Share, type Sided } from './comparison.ts'
import type { Why } from './show.ts'
import { structureOf, type Tied } from './structure.ts'

/** One who says something of their own, made up around a name. */
export function tied(name: string, more: Partial<Tied> = {}): Tied {
  const [firstName = null] = name.split(' ')
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@x.example`
  return {
    ...{
      signature: name,
      name,
      firstName,
      email,
      source: 'shopify',
      externalId: '1042',
      sources: ['shopify'],
      records: 1,
    },
    ...{ phone: '+61412345678', keys: [`email:${email}`] },
    ...more,
  }
}

/** What one says, for a comparison. */
export function sided({ name, signature, source, externalId, firstName, email, phone }: Tied): Sided {
  return {
    name,
    signature,
    source,
    externalId,
    values: { first: firstName, last: name.split(' ')[1] ?? null, email, phone },
  }
}

/** Two who were compared, with what each field was worth. */
export function linked(a: Tied, b: Tied, shares: readonly Share[], prior = 0) {
  const weight = shares.reduce((sum, { bits }) => sum + bits, prior)
  return showComparison({ a: sided(a), b: sided(b), weight, shares, threshold: 6.63 })
}

/** Shares as people read them: "first equal 6.1". */
export function shares(...said: string[]): Share[] {
  return said.map(text => {
    const [field = '', level = '', bits = '0'] = text.split(' ')
    return { field, level, bits: Number(bits) }
  })
}

/** Everything a picture is drawn from. */
export function whyOf(nodes: readonly Tied[], links: Why['links']): Why {
  const shown = nodes.map(({ firstName: _, keys: __, ...node }) => node)
  const threshold = { probability: 0.99, bits: 6.63 }
  return {
    ...{ displayName: nodes[0]!.name, model: 'people', threshold, links, nodes: shown, history: [] },
    ...structureOf(nodes, links, 6.63),
  }
}
