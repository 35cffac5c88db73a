import type { Tx } from './store.ts'

/** For whom it is asked whether we are open: the line that was called, and the team it leads to, where there is one. */
export interface HoursAbout {
  /** In E.164. */
  line: string
  team: string | null
}

/** Whether we are open at a moment, which rule says so, and when that ends. */
export interface Opening {
  isOpen: boolean
  /** The rule that decided, in words that follow "open" or "closed": "on Sundays", "for Christmas Day". */
  because: string
  /** The first moment after which it is the other way round; null when there is none within a year. */
  nextChangeAt: Date | null
}

/** The business's opening hours. */
export interface Hours {
  /** Whether we are open at this moment. Without any settings always open. */
  at(tx: Tx, at: Date, about: HoursAbout): Promise<Opening>
  /** In which zone the business tells the time, such as Australia/Sydney. Default: not known. */
  timeZone?(): string
}
