import { z } from 'zod'
import { day } from './columns.ts'
import { defineReport } from './report.ts'

export const dataExtent = defineReport({
  name: 'data_extent',
  title: 'First and last day with data',
  params: z.strictObject({}),
  row: z.strictObject({ first_day: day, last_day: day }),
})
