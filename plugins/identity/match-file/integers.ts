/** Whole numbers, one after the other, of which nobody knows how many there will be. */
export interface Integers {
  readonly count: number
  push(value: number): void
  at(place: number): number
  /** All of them; not to be written to. */
  all(): Int32Array
}

/** Makes an empty list, at four bytes a number. */
export function integers(): Integers {
  let values = new Int32Array(1024)
  let count = 0
  return {
    get count() {
      return count
    },
    push(value) {
      if (count === values.length) {
        const more = new Int32Array(count * 2)
        more.set(values)
        values = more
      }
      values[count++] = value
    },
    at: place => values[place]!,
    all: () => values.subarray(0, count),
  }
}
