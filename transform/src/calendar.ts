/** Which calendar day an event counts for. */
import { tzOffset } from '@date-fns/tz'
import { type ConsentedEvent, isEventType, keep, type Outcome, reject } from '@kanalblick/stream'
import { lifecycleOf } from './lifecycle.ts'
import { remember } from './remember.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** What the warehouse's `Date` and `DateTime` hold in every time zone. */
const firstDay = '1970-01-02'
const lastDay = '2105-12-31'

export interface Dated {
  readonly event: ConsentedEvent
  /** `yyyy-MM-dd` in the merchant's time zone. */
  readonly day: string
  /** UTC, coarsened to the minute. */
  readonly time: string
}

export function createChargeToDay(timeZone: string) {
  const readInstant = createReadInstant(createCalendar(timeZone))
  return function chargeToDay(event: ConsentedEvent): Outcome<Dated> {
    if (!isEventType(event.type)) return reject('event_type_unknown', 'type: not in the catalogue')
    const lifecycle = lifecycleOf(event)
    const instant = readInstant(lifecycle.time?.(event.data) ?? event.time)
    if (!instant) return reject('event_invalid', `${event.type}: its time is not a time`)
    const day = lifecycle.day?.(event.data) ?? instant.day
    if (day < firstDay || day > lastDay || day.length !== firstDay.length) {
      return reject('event_invalid', `${event.type}: its day is outside ${firstDay} to ${lastDay}`)
    }
    return keep({ event, day, time: instant.minute })
  }
}

interface Instant {
  readonly day: string
  readonly minute: string
}

/** Times come coarsened to the minute: neighbours mostly share the last one's. `undefined` for what is no time. */
function createReadInstant(dayOf: (ms: number) => string): (text: string) => Instant | undefined {
  let lastText: string | undefined
  let last: Instant | undefined
  return (text) => {
    if (text === lastText) return last
    const ms = Date.parse(text)
    last = Number.isNaN(ms) ? undefined : { day: dayOf(ms), minute: isoMinute(text, ms) }
    lastText = text
    return last
  }
}

const isoMinute = (instant: string, ms: number) =>
  instant.endsWith('Z') ? `${instant.slice(0, 'yyyy-MM-ddTHH:mm'.length)}:00.000Z` : new Date(Math.floor(ms / minuteMs) * minuteMs).toISOString()

/**
 * The day, `yyyy-MM-dd`, that an instant has in the time zone. Exact, also across changes of the offset: asking for an offset is
 * slow, so it is remembered per hour, unless the offset changes within that hour.
 */
export function createCalendar(timeZone: string): (ms: number) => string {
  const offsetAt = (ms: number) => tzOffset(timeZone, new Date(ms)) * minuteMs
  const steadyOffset = remember((hour: number) => {
    const offset = offsetAt(hour * hourMs)
    return offsetAt((hour + 1) * hourMs - 1) === offset ? offset : undefined
  }, itself)
  const isoDay = remember((day: number) => new Date(day * dayMs).toISOString().slice(0, -'T00:00:00.000Z'.length), itself)
  return (ms) => isoDay(Math.floor((ms + (steadyOffset(Math.floor(ms / hourMs)) ?? offsetAt(ms))) / dayMs))
}

const itself = (number: number) => number
