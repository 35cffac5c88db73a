import type { Candidate } from './candidate.ts'
import { step } from './step.ts'

/** Parts those who can be compared from those with a single email or phone and nothing else: these wait for a profile to attach to. */
export const split = step({
  name: 'split',
  needs: ['candidates'],
  makes: ['full', 'weak'],
  run: ({ candidates }) => ({
    full: candidates.filter(isFull),
    weak: candidates.filter(candidate => !isFull(candidate)),
  }),
})

function isFull({ firstName, lastName, emailKey, phones }: Candidate): boolean {
  return [firstName, lastName, emailKey, ...phones].filter(field => field !== null).length > 1
}
