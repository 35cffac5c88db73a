import { memoryCache } from '@switchboard/core/cache'
import t from 'tap'
import { cacheContract } from './cache.ts'

cacheContract(t, {
  name: 'in memory',
  start: async () => {
    const cache = memoryCache()
    return () => cache
  },
})
