/** Which sources are late. Pure. */
import { differenceInCalendarDays, parseISO } from 'date-fns'
import type { Row } from '../api.ts'

export interface Source {
  readonly channelInstance: string
  readonly lastDay: string
  /** Whole days without data before today. */
  readonly silentDays: number
  readonly isLate: boolean
}

/**
 * Silent for longer than twice its longest usual pause, and for at least two days. Today does not count: it is not over.
 * @param rows events per `period` (day) and `channel_instance`
 */
export function sourcesOf(rows: readonly Row[], today: string): Source[] {
  const days = new Map<string, string[]>()
  for (const row of rows) days.set(String(row['channel_instance']), [...(days.get(String(row['channel_instance'])) ?? []), String(row['period'])])
  return [...days]
    .map(([channelInstance, delivered]) => {
      const ordered = delivered.toSorted()
      const lastDay = ordered.at(-1) as string
      const pauses = ordered.slice(1).map((day, index) => daysBetween(ordered[index] as string, day) - 1)
      const silentDays = Math.max(0, daysBetween(lastDay, today) - 1)
      return { channelInstance, lastDay, silentDays, isLate: silentDays >= 2 && silentDays > 2 * Math.max(0, ...pauses) }
    })
    .toSorted((a, b) => Number(b.isLate) - Number(a.isLate) || (a.channelInstance < b.channelInstance ? -1 : 1))
}

const daysBetween = (from: string, to: string) => differenceInCalendarDays(parseISO(to), parseISO(from))
