import { identityWith, type Matching } from '@switchboard/identity'
import { reference } from './models/reference.ts'

/** What counts as evidence that two records name one person: the model, and the steps that weigh it, in order. */
export const matching = {
  model: reference,
  steps: [
    'ingest', // records, taken apart into the people they name
    'clean', // names, emails, phones
    'gather', // everybody connected with them
    'split', // those who can be compared, and those with a single email or phone
    'collapse', // who say exactly the same, as one
    'block', // pairs worth comparing
    'score', // weighed by the model
    'cluster', // joined, the strongest first, and never whom a record names as two
    'profiles', // what the records of one person agree on
    'rematch', // ids that stay
    'weak', // those with a single email or phone, attached or parked
    'nets', // what the others left behind
  ],
  /** Above so many different people an email or phone tells nobody apart. */
  cap: 200,
} satisfies Matching

/** The identity plugin of this install. An entry in hub.yaml may settle any of it otherwise. */
export const identity = identityWith(matching)
