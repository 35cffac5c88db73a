import type { Model } from './model.ts'

/**
 * The reference weights, kept exactly so that results can be compared with others'.
 * Known weakness: two people who share an email and a last name are one to it (10.81 + 10.64 − 3.25 bits), so a couple is
 * told apart only where a record names them as two.
 */
export const reference: Model = {
  name: 'reference',
  weights: {
    first: { equal: 6.12, differs: -3.25 },
    last: { equal: 10.64, differs: -4.32 },
    email: { equal: 10.81, differs: -4.32 },
    phone: { equal: 10.81, differs: -4.32 },
  },
  threshold: 0.99,
  apart: [['primary', 'partner']],
}
