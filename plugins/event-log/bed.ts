/** Where a reader rests: for a while, until it is woken, or, once it has left, not at all. */
export interface Bed {
  wake(): void
  leave(): void
  isLeft(): boolean
  nap(ms: number): Promise<void>
}

/** Makes a bed; a wake that comes while nobody rests is remembered for the next nap. */
export function makeBed(): Bed {
  let isAwake = false
  let isLeft = false
  let rouse: () => void = () => undefined
  return {
    wake: () => {
      isAwake = true
      rouse()
    },
    leave: () => {
      isLeft = true
      rouse()
    },
    isLeft: () => isLeft,
    nap: async ms => {
      if (!isAwake && !isLeft && ms > 0)
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms)
          rouse = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      isAwake = false
    },
  }
}
