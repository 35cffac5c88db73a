import { definePlugin, z } from '@switchboard/core'

/** Where people live, as evidence of who they are. It runs nothing: matching loads `address.ts` by its address. */
export const matchAddress = definePlugin({
  name: 'match-address',
  options: z.object({}),
  evidence: import.meta.resolve('./address.ts'),
  setup: () => ({}),
})
