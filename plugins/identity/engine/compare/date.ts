import type { Comparator } from '@switchboard/core'
import { comparatorOf, ofEachValue } from './levels.ts'
import { isOneEdit } from './strings.ts'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * Dates as they are written: 1978-12-31, 19781231, 31/12/1978, 12/31/78, 31-Dec-78, Dec 31 1978. `swapped` is day and month
 * changed over, `close` one digit wrong or two swapped, `part` two of day, month and year alike, or changed over and one digit wrong besides, `year` the year alone.
 */
export const date: Comparator = comparatorOf(['equal', 'swapped', 'close', 'part', 'year', 'other'], column => {
  const read = ofEachValue(column, readDate)
  return (a, b) => {
    const one = read(a)
    const other = read(b)
    if (one < 0 || other < 0) return isOneEdit(column.text(a), column.text(b)) ? 3 : 6
    return one === other ? 1 : compareDates(one, other)
  }
})

function compareDates(one: number, other: number): number {
  const [year, month, day] = partsOf(one)
  const [otherYear, otherMonth, otherDay] = partsOf(other)
  if (year === otherYear && month === otherDay && day === otherMonth) return 2
  if (isOneEdit(String(one), String(other))) return 3
  if (isOneEdit(String(one), String(turned(other)))) return 4
  const alike = Number(year === otherYear) + Number(month === otherMonth) + Number(day === otherDay)
  return alike === 2 ? 4 : year === otherYear ? 5 : 6
}

/** Day and month changed over. */
function turned(date: number): number {
  const [year, month, day] = partsOf(date)
  return year * 10_000 + day * 100 + month
}

function partsOf(date: number): [year: number, month: number, day: number] {
  return [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100]
}

/**
 * A date as the number yyyymmdd, −1 when it is none. Of 3/4/1978 the month is taken to come first unless it cannot; a year of
 * two digits is the latest one up to 2029.
 */
export function readDate(text: string): number {
  const parts = text.toLowerCase().match(/\d+|[a-z]+/g) ?? []
  const digits = parts.length === 1 && parts[0]!.length === 8 ? parts[0]! : null
  if (digits) return dateOf(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6)))
  const named = parts.findIndex(part => months.includes(part.slice(0, 3)))
  const numbers = parts.filter(part => /^\d+$/.test(part))
  if (named >= 0 && numbers.length === 2) {
    const month = months.indexOf(parts[named]!.slice(0, 3)) + 1
    const [one, other] = numbers as [string, string]
    return one.length === 4 ? dateOf(Number(one), month, Number(other)) : dateOf(yearOf(other), month, Number(one))
  }
  return numbers.length >= 3 ? ofNumbers(numbers as [string, string, string]) : -1
}

function ofNumbers([one, two, three]: [string, string, string]): number {
  if (one.length === 4) return dateOf(Number(one), Number(two), Number(three))
  const monthFirst = dateOf(yearOf(three), Number(one), Number(two))
  return monthFirst >= 0 ? monthFirst : dateOf(yearOf(three), Number(two), Number(one))
}

function yearOf(text: string): number {
  const year = Number(text)
  return text.length > 2 ? year : year < 30 ? 2000 + year : 1900 + year
}

function dateOf(year: number, month: number, day: number): number {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31 && year >= 1000 && year < 3000
  return isDate ? year * 10_000 + month * 100 + day : -1
}
