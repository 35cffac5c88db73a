import { reference as shipped, type Model } from '@switchboard/identity'

/**
 * The reference weights, as they ship: bits by field and level, the threshold, and who is never one person. To weigh
 * otherwise, copy this file, spread it, and change what differs: `{ ...shipped, name: 'ours', threshold: 0.999 }`.
 */
export const reference: Model = shipped
