import { identityWith, people, type Matching } from '@switchboard/identity'

/** What counts as evidence that two records name one person: the model, and the steps that weigh it, in order. */
export const matching = {
  model: people,
  steps: [
    'ingest', // records, taken apart into the people they name
    'clean', // names, emails, phones, and what plugins read
    'gather', // everybody connected with them
    'match', // the engine: who is one person by the model, by what records say, and by what people decided
    'generic', // contacts that so many give that they tell nobody apart, counted
    'profiles', // what the records of one person agree on; those with a single detail attached or parked
    'attach', // what unverified people typed, beside the person it names
    'rematch', // ids that stay
    'relate', // who shares a contact or a record with whom
    'remember', // who was nearly one person, and why not
    'nets', // what the others left behind
  ],
  /** Above so many different people an email or phone tells nobody apart. */
  cap: 200,
} satisfies Matching

/** The identity plugin of this install. An entry in hub.yaml may settle any of it otherwise. */
export const identity = identityWith(matching)
