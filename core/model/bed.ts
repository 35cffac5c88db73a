/** Where a worker rests: for a while, until it is woken, or, once it has left, not at all. */
export interface Bed {
  wake(): void
  /** Forgets that it was woken: for who is about to look anyway. */
  doze(): void
  /** @param ms how long at the most */
  nap(ms: number): Promise<void>
  /** Rests no more. */
  leave(): void
  isLeft(): boolean
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
    doze: () => void (isAwake = false),
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
    leave: () => {
      isLeft = true
      rouse()
    },
    isLeft: () => isLeft,
  }
}
