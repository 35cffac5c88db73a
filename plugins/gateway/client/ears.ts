import { errorOf, GatewayError } from './error.ts'

/** Who hears of what. */
export interface Ears<Events extends { trouble: Error }> {
  /** @returns a function that ends it */
  on<Name extends keyof Events>(name: Name, hear: (data: Events[Name]) => void): () => void
  tell<Name extends keyof Events>(name: Name, data: Events[Name]): void
}

/** Makes an emitter of typed events. One ear that throws keeps nothing from the others: it is told as `trouble`. */
export function makeEars<Events extends { trouble: Error }>(): Ears<Events> {
  const ears = new Map<keyof Events, Set<(data: never) => void>>()
  const failed = (name: keyof Events, thrown: unknown): void => {
    const error = errorOf(thrown)
    if (name === 'trouble' || !ears.get('trouble')?.size) return queueMicrotask(() => raise(error))
    const words = `what listens to ${String(name)} failed: ${error.message}`
    tell('trouble', new GatewayError('listener_failed', words, { cause: error }))
  }
  const tell = <Name extends keyof Events>(name: Name, data: Events[Name]): void => {
    for (const hear of [...(ears.get(name) ?? [])])
      try {
        hear(data as never)
      } catch (thrown) {
        failed(name, thrown)
      }
  }
  return {
    tell,
    on: (name, hear) => {
      const hearing = ears.get(name) ?? new Set()
      ears.set(name, hearing.add(hear))
      return () => void hearing.delete(hear)
    },
  }
}

function raise(error: Error): never {
  throw error
}
