import { z } from '@switchboard/core'
import { IANAZone } from 'luxon'

/** A stretch of a day, in minutes after midnight by the clock on the wall. An end at or before the start is on the next day. */
export interface Span {
  from: number
  to: number
}

const spanText = /^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/

const SpanText = z
  .string()
  .regex(spanText, 'must be times such as 09:00-12:30')
  .transform((text): Span => {
    const [, hours, minutes, toHours, toMinutes] = spanText.exec(text)!
    const from = 60 * Number(hours) + Number(minutes)
    const to = toHours === undefined ? endOfDay : 60 * Number(toHours) + Number(toMinutes)
    return { from, to: to > from ? to : to + endOfDay }
  })

const endOfDay = 24 * 60

/** The stretches of one day, in order; none: closed. A day may be split: 09:00-12:30 and 13:30-17:00. */
const Day = z
  .preprocess(one => (typeof one === 'string' ? [one] : one), z.array(SpanText))
  .transform(spans => spans.toSorted((a, b) => a.from - b.from))
  .refine(
    spans => spans.every((span, at) => at === 0 || span.from > spans[at - 1]!.to),
    'the times of a day must not overlap or touch',
  )

/** The days of a week. A day that is not named is closed. */
const Week = z.strictObject({
  monday: Day.default([]),
  tuesday: Day.default([]),
  wednesday: Day.default([]),
  thursday: Day.default([]),
  friday: Day.default([]),
  saturday: Day.default([]),
  sunday: Day.default([]),
})

const Holiday = z.strictObject({
  /** The day, by the business's calendar. */
  date: z.iso.date(),
  name: z.string().min(1),
  /** When it is open nevertheless. Default: all day closed. */
  hours: Day.default([]),
})

/** A moment by the business's clock: 2026-12-24T12:00, or the beginning of a day: 2026-12-24. */
const LocalTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d)?$/, 'must be a local time such as 2026-12-24T12:00')
  .refine(text => z.iso.date().safeParse(text.slice(0, 10)).success, 'is no day of the calendar')

const Closure = z
  .strictObject({ from: LocalTime, to: LocalTime, because: z.string().min(1) })
  .refine(({ from, to }) => to > from, { path: ['to'], message: 'must be after `from`' })

const holidays = z
  .array(Holiday)
  .default([])
  .superRefine((days, context) => {
    const first = new Map<string, number>()
    for (const [at, { date }] of days.entries()) {
      if (first.has(date)) context.addIssue({ code: 'custom', path: [at, 'date'], message: `${date} is there already` })
      first.set(date, at)
    }
  })

/** The hours of somebody: the business, a team or a line. */
const Scope = z.strictObject({
  /** When it opens in an ordinary week. Default: what is set for who is above; above all, always. */
  week: Week.optional(),
  /** Days unlike others, besides those of who is above. */
  holidays,
  /** Closed once, for hours or days, besides the closures of who is above. */
  closures: z.array(Closure).default([]),
})

/** The settings of the plugin. */
export const HoursSettings = Scope.extend({
  /** The business's zone, by its IANA name. */
  timeZone: z
    .string()
    .refine(name => IANAZone.isValidZone(name), 'must be a time zone such as Australia/Brisbane')
    .default('UTC'),
  /** By the team's name. */
  teams: z.record(z.string(), Scope).default({}),
  /** By the line's number in E.164. */
  lines: z.record(z.string().regex(/^\+\d{8,15}$/, 'must be a number such as +61255501234'), Scope).default({}),
})

/** The hours that count, each level's own: the line's before the team's before the business's. */
export type HoursSettings = z.output<typeof HoursSettings>

/** The hours of one level. */
export type Scope = z.output<typeof Scope>

/** The days as luxon counts them, from 1. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
