/** The days that a report or query covers. */
import { differenceInCalendarDays, parseISO } from 'date-fns'
import { z } from 'zod'
import { onceValid } from './invalid-request.ts'

const firstDay = '2000-01-01'
const lastDay = '2099-12-31'
const maxDays = 3660

/** Calendar day, `yyyy-MM-dd`. */
const day = z.iso.date().refine((day) => day >= firstDay && day <= lastDay, {
  params: { code: 'day_out_of_range' },
  error: `must lie between ${firstDay} and ${lastDay}`,
})

/** The first and the last day, both included. */
export const periodFields = { from: day, to: day }
export type Period = z.output<z.ZodObject<typeof periodFields>>

export const grain = z.enum(['day', 'week', 'month'])

/** Adds the rules between `from` and `to`. */
export function checkPeriod<Shape extends typeof periodFields>(schema: z.ZodObject<Shape>): z.ZodObject<Shape> {
  const whenDays = onceValid(periodFields)
  const periodOf = (value: unknown) => value as Period
  return schema
    .refine((value) => periodOf(value).from <= periodOf(value).to, {
      path: ['to'],
      params: { code: 'period_reversed' },
      error: 'must not lie before `from`',
      ...whenDays,
    })
    .refine((value) => lengthInDays(periodOf(value)) <= maxDays, {
      path: ['from'],
      params: { code: 'period_too_long' },
      error: `at most ${maxDays} days can be asked for at once`,
      ...whenDays,
    })
}

export const lengthInDays = ({ from, to }: Period) => differenceInCalendarDays(parseISO(to), parseISO(from)) + 1
