/** Where the terminal client writes to: a terminal, a pipe or a file. */
export interface Output {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
}

/** Lines one below the other, and on a terminal a last one that is kept up to date. */
export interface Screen {
  print(text: string): void
  /** What is going on: rewritten in place on a terminal, with the time it has lasted; else printed when it says something new. */
  status(text: string, time?: string): void
  bell(): void
}

/** Carriage return and "erase to the end of the line". */
const clear = '\r\u001b[K'

/** @param isLive the cursor can be moved: a terminal, and not one that asked for plain text */
export function openScreen(output: Output, isLive: boolean): Screen {
  let last = ''
  return {
    print: text => {
      output.write(isLive ? `${clear}${text}\n${last}` : `${text}\n`)
    },
    status: (text, time = '') => {
      const next = isLive ? text + time : text
      if (next === last) return
      last = next
      if (isLive) output.write(clear + next)
      else if (next) output.write(`${next}\n`)
    },
    bell: () => {
      if (isLive) output.write('\u0007')
    },
  }
}
