/** Which weeks are over, and from when on the last one's report is due, by the merchant's calendar. */
import { lastCompleteWeek, shiftDay, shiftWeek, type Week } from '@kanalblick/reports'

/** How many weeks back a report is still made. */
const reach = 4

/** @param at `minute hour * * weekday` */
export function calendarOf(now: Date, { timeZone, at }: { timeZone: string; at: string }): { readonly weeks: readonly Week[]; readonly isDue: boolean } {
  const [today = '', time = ''] = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(now).split(' ')
  const last = lastCompleteWeek(today)
  const [minute = '', hour = '', , , weekday = ''] = at.split(' ')
  const dueDay = shiftDay(last.to, Number(weekday) % 7 || 7)
  return {
    /** The oldest first; the last is the last that is over. */
    weeks: Array.from({ length: reach }, (_, index) => shiftWeek(last, -7 * (reach - 1 - index))),
    isDue: `${today} ${time}` >= `${dueDay} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}:00`,
  }
}
