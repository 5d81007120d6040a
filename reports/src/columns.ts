/** What the columns of a result hold, and how a cell is read from the warehouse's JSON. */
import { z } from 'zod'

/** A 64-bit integer, which JSON carries as a string. Refuses what a number cannot hold exactly. */
const exactInteger = () =>
  z
    .union([z.int(), z.string().regex(/^-?\d+$/)])
    .transform(Number)
    .pipe(z.int())

export const integer = exactInteger()

/** Integer minor units of the row's `currency`; the column's name ends in `_minor`. */
export const minorUnits = exactInteger()
/** A 64-bit integer of any size. */
export const wholeNumber = z.union([z.int(), z.string().regex(/^-?\d+$/)]).transform(BigInt)
/** 0.25 is 25 %; null where there is nothing to divide by. */
export const fraction = z.number().nullable()
/** Calendar day, `yyyy-MM-dd`. */
export const day = z.iso.date()
