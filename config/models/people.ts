import { people as shipped, type Model } from '@switchboard/identity/match-file'

/**
 * The default model, as it ships: customers by name, email and phone. To weigh otherwise, copy this file, spread it, and change what
 * differs: `defineModel({ ...shipped, name: 'ours', threshold: 0.999 })`.
 */
export const people: Model = shipped
