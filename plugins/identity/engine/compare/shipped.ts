/** How often each level is found, before anything was learned. */
export interface Shipped {
  m: Readonly<Record<string, number>>
  /** Of comparisons that only tell one person from two of a household: how often it is found of two of a household; m / u are the odds. */
  u: Readonly<Record<string, number>>
}

/**
 * For each comparator how often its levels are found among rows of one person (m) and of two (u), where a model does not say.
 * Round figures: what data has to say outweighs them from some dozens of people on.
 */
export const shipped: Readonly<Record<string, Shipped>> = {
  givenName: {
    m: {
      equal: 0.82,
      close: 0.04,
      alias: 0.06,
      initial: 0.02,
      similar: 0.01,
      other: 0.02,
      different: 0.015,
      conflict: 0.015,
    },
    u: {
      equal: 0.008,
      close: 0.001,
      alias: 0.004,
      initial: 0.01,
      similar: 0.004,
      other: 0.02,
      different: 0.2,
      conflict: 0.753,
    },
  },
  familyName: {
    m: { equal: 0.9, swapped: 0.005, close: 0.045, part: 0.01, other: 0.04 },
    u: { equal: 0.001, swapped: 0.00002, close: 0.002, part: 0.0005, other: 0.9965 },
  },
  company: ofOdds({
    ...{ '128 to 1': [0.12, 140], '64 to 1': [0.21, 90], '32 to 1': [0.2, 50], '16 to 1': [0.17, 30] },
    ...{ '12 to 1': [0.07, 20], '8 to 1': [0.03, 12], '6 to 1': [0.07, 10], '4 to 1': [0.03, 7], '3 to 1': [0.02, 4] },
    ...{
      '2 to 1': [0.03, 3],
      '1 to 1': [0.02, 1.5],
      '1 to 2': [0.02, 0.7],
      '1 to 8': [0.008, 0.25],
      less: [0.002, 0.05],
    },
  }),
  email: {
    m: { equal: 0.8, close: 0.03, local: 0.02, similar: 0.02, other: 0.13 },
    u: { equal: 0.00001, close: 0.00001, local: 0.0001, similar: 0.0005, other: 0.9994 },
  },
  phone: { m: { equal: 0.82, close: 0.03, other: 0.15 }, u: { equal: 0.00001, close: 0.00001, other: 0.99998 } },
  date: {
    m: { equal: 0.85, swapped: 0.01, close: 0.06, part: 0.03, year: 0.02, other: 0.03 },
    u: { equal: 0.00005, swapped: 0.00005, close: 0.0012, part: 0.003, year: 0.015, other: 0.98 },
  },
  code: { m: { equal: 0.88, close: 0.06, other: 0.06 }, u: { equal: 0.0005, close: 0.001, other: 0.9985 } },
  words: {
    m: { equal: 0.75, close: 0.12, part: 0.06, other: 0.07 },
    u: { equal: 0.003, close: 0.003, part: 0.03, other: 0.964 },
  },
  text: {
    m: { equal: 0.8, close: 0.09, similar: 0.04, other: 0.07 },
    u: { equal: 0.01, close: 0.005, similar: 0.015, other: 0.97 },
  },
  exact: { m: { equal: 0.9, other: 0.1 }, u: { equal: 0.05, other: 0.95 } },
}

/** From how often one person's rows have a level, and the odds that two who have it are one, how often others have it. */
function ofOdds(levels: Readonly<Record<string, readonly [number, number]>>): Shipped {
  const by = (share: (m: number, odds: number) => number): Record<string, number> =>
    Object.fromEntries(Object.entries(levels).map(([level, [m, odds]]) => [level, share(m, odds)]))
  return { m: by(m => m), u: by((m, odds) => m / odds) }
}
