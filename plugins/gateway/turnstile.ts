/** Lets `width` pieces of work through at once; the others wait their turn, first come first served. */
export function turnstile(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let inside = 0
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else inside--
  }
  return async work => {
    if (inside < width) inside++
    else await new Promise<void>(resolve => void waiting.push(resolve))
    return work().finally(leave)
  }
}
