import type { Comparator } from '@switchboard/core'
import { circlesOf } from '../circles.ts'
import { columnOf, missing, sharedValue } from './levels.ts'

/**
 * Fields: contacts. Whether two rows that have no contact in common are of one circle: each is connected with somebody over a contact,
 * and they with each other. A stranger of the same name is hardly ever in it.
 */
export const circle: Comparator = {
  levels: ['linked'],
  compile: (table, fields, population) => {
    const circles = circlesOf(table, fields, (field, text) => population.isGeneric?.(field, text) ?? false)
    const columns = fields.map(field => columnOf(table, field))
    return (a, b) => {
      if (circles[a]! < 0 || circles[a] !== circles[b]) return missing
      return columns.some(column => sharedValue(column, a, b) >= 0) ? missing : 1
    }
  },
}
