/** Times say less once they leave zone identity. */
export interface Coarsen {
  readonly toMinute: (time: string) => string
  readonly toHour: (time: string) => string
  /** Noon in UTC of the calendar day that it is in the time zone: the same day there, whatever the zone. */
  readonly toDay: (time: string) => string
}

const minuteMs = 60_000
const to = (unitMs: number) => (time: string) => new Date(Math.floor(Date.parse(time) / unitMs) * unitMs).toISOString()

export function createCoarsen(timeZone: string): Coarsen {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return { toMinute: to(minuteMs), toHour: to(60 * minuteMs), toDay: (time) => `${calendar.format(new Date(time))}T12:00:00.000Z` }
}
