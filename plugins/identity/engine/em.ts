/** Shares by comparison and level, best level first. */
export type Shares = number[][]

/** What is being learned about pairs of rows: one person's (m), two people's of one household (h), anybody's (u). */
export interface Parameters {
  m: Shares
  h: Shares
  u: Shares
}

/** Patterns of pairs that one block found, and how many pairs have each. */
export interface BlockCounts {
  /** Comparisons that say nothing here, because the block asks for them. */
  isBlocked: readonly boolean[]
  /** Levels of pattern p: `levels[p · width]` up to `levels[(p + 1) · width]`; 0 is missing. */
  levels: Uint8Array
  weight: Float64Array
}

/** What learning needs besides the counts. */
export interface LearnHow {
  /** Comparisons that people of one household often agree in. Without any, nobody is taken for a household. */
  isShared: readonly boolean[]
  /** Comparisons that say nothing against anybody: their u is their m. */
  isOfHousehold: readonly boolean[]
  /** What is known beforehand, and for how many pairs' worth. */
  shipped: Parameters
  pseudoPairs: number
}

const mostRounds = 60
const isSettled = 1e-4
/** No block says more than this part of what is learned. */
const mostOfAll = 0.7

/**
 * Learns m and h by expectation maximisation over distinct patterns, u fixed: r_g = λΠm / (λΠm + ηΠh + (1−λ−η)Πu) and
 * m(l) = Σ n_g r_g [g = l] / Σ n_g r_g (Fellegi and Sunter 1969, Winkler 1990; missing levels are left out as Enamorado, Fifield and
 * Imai do, 2019). Each block has shares λ and η of its own, and is silent on what it asks for.
 */
export function learn(blocks: readonly BlockCounts[], start: Parameters, how: LearnHow): Parameters {
  const priors = blocks.map(() => ({ match: 0.5, household: how.isShared.includes(true) ? 0.1 : 0 }))
  let now = start
  for (let round = 0; round < mostRounds; round++) {
    const sums = blocks.map((counts, at) => expectation(counts, priors[at]!, now))
    sums.forEach((sum, at) => {
      if (sum.total > 0) priors[at] = { match: sum.match / sum.total, household: sum.household / sum.total }
    })
    const next = maximisation(sums, now, how)
    const change = distance(next.m, now.m) + distance(next.h, now.h)
    now = next
    if (change < isSettled) break
  }
  return now
}

interface Sums {
  total: number
  match: number
  household: number
  m: Shares
  h: Shares
}

interface Priors {
  match: number
  household: number
}

// oxlint-disable-next-line complexity -- run some hundred times over all patterns: two loops without a call or an object
function expectation({ levels, weight, isBlocked }: BlockCounts, priors: Priors, now: Parameters): Sums {
  const width = isBlocked.length
  const stride = Math.max(...now.m.map(shares => shares.length)) + 1
  const [m, h, u] = [flat(now.m, stride, isBlocked), flat(now.h, stride, isBlocked), flat(now.u, stride, isBlocked)]
  const found = { m: new Float64Array(m.length), h: new Float64Array(m.length) }
  const sums = { total: 0, match: 0, household: 0 }
  for (let pattern = 0; pattern < weight.length; pattern++) {
    const n = weight[pattern]!
    if (n === 0) continue
    let match = priors.match
    let household = priors.household
    let other = Math.max(0, 1 - match - household)
    for (let c = 0; c < width; c++) {
      const place = c * stride + levels[pattern * width + c]!
      match *= m[place]!
      household *= h[place]!
      other *= u[place]!
    }
    const all = match + household + other
    match = all > 0 ? n * (match / all) : 0
    household = all > 0 ? n * (household / all) : 0
    sums.total += n
    sums.match += match
    sums.household += household
    for (let c = 0; c < width; c++) {
      const place = c * stride + levels[pattern * width + c]!
      found.m[place]! += match
      found.h[place]! += household
    }
  }
  const shaped = (sum: Float64Array): Shares =>
    now.m.map((shares, c) => shares.map((_, at) => (isBlocked[c] ? 0 : sum[c * stride + at + 1]!)))
  return { ...sums, m: shaped(found.m), h: shaped(found.h) }
}

/** Shares one after the other, so many places for each comparison: by level, 1 where one is missing or says nothing. */
function flat(shares: Shares, stride: number, isBlocked: readonly boolean[]): Float64Array {
  const all = new Float64Array(shares.length * stride).fill(1)
  shares.forEach((levels, c) => isBlocked[c] || all.set(levels, c * stride + 1))
  return all
}

/** How likely a pattern is one person's, and how likely two of one household. */
export function responsibility(
  levels: Uint8Array,
  at: number,
  { now, priors, isBlocked }: { now: Parameters; priors: Priors; isBlocked: readonly boolean[] },
): Priors {
  let match = priors.match
  let household = priors.household
  let other = Math.max(0, 1 - match - household)
  for (let c = 0; c < isBlocked.length; c++) {
    const level = levels[at + c]! - 1
    if (level < 0 || isBlocked[c]) continue
    match *= now.m[c]![level]!
    household *= now.h[c]![level]!
    other *= now.u[c]![level]!
  }
  const all = match + household + other
  return all > 0 ? { match: match / all, household: household / all } : { match: 0, household: 0 }
}

function maximisation(sums: readonly Sums[], now: Parameters, how: LearnHow): Parameters {
  const scales = scalesOf(sums.map(sum => sum.match))
  const m = now.m.map((_, c) => {
    const said = sums.map((sum, at) => sum.m[c]!.map(count => count * scales[at]!))
    return shrunk(added(said, now.m[c]!.length), how.shipped.m[c]!, how.pseudoPairs)
  })
  const h = now.h.map((old, c) =>
    how.isShared[c]
      ? shrunk(
          added(
            sums.map(sum => sum.h[c]!),
            old.length,
          ),
          how.shipped.h[c]!,
          how.pseudoPairs,
        )
      : now.u[c]!,
  )
  return { m, h, u: now.u.map((old, c) => (how.isOfHousehold[c] ? m[c]! : old)) }
}

/** Scales down a block that would say more than its part. */
function scalesOf(matches: readonly number[]): number[] {
  const all = matches.reduce((sum, one) => sum + one, 0)
  return matches.map(one => {
    const others = all - one
    const most = (others * mostOfAll) / (1 - mostOfAll)
    return others > 0 && one > most ? most / one : 1
  })
}

function added(all: readonly (readonly number[])[], width: number): number[] {
  return Array.from({ length: width }, (_, at) => all.reduce((sum, one) => sum + one[at]!, 0))
}

function shrunk(counts: readonly number[], shipped: readonly number[], pseudo: number): number[] {
  const all = counts.reduce((sum, one) => sum + one, 0)
  return counts.map((count, at) => Math.max((count + pseudo * shipped[at]!) / (all + pseudo), 1e-7))
}

function distance(a: Shares, b: Shares): number {
  return a.reduce(
    (sum, levels, c) => sum + levels.reduce((most, one, at) => Math.max(most, Math.abs(one - b[c]![at]!)), 0),
    0,
  )
}

/**
 * Makes the weight of evidence fall from level to level: neighbours in the wrong order are pooled (isotonic regression by
 * pooling adjacent violators). What changes is u, because what is rare in chance is what little data knows least.
 * @returns u
 */
export function monotone(m: readonly number[], u: readonly number[]): number[] {
  const pools: { m: number; u: number; size: number }[] = []
  m.forEach((share, at) => {
    pools.push({ m: share, u: u[at]!, size: 1 })
    while (pools.length > 1 && isRising(pools.at(-2)!, pools.at(-1)!)) {
      const last = pools.pop()!
      const before = pools.at(-1)!
      before.m += last.m
      before.u += last.u
      before.size += last.size
    }
  })
  return pools
    .flatMap(pool => Array.from({ length: pool.size }, () => pool.m / pool.u))
    .map((ratio, at) => m[at]! / ratio)
}

function isRising(before: { m: number; u: number }, last: { m: number; u: number }): boolean {
  return last.m * before.u > before.m * last.u
}
