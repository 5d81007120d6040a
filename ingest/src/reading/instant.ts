/** Points in time as sources write them. */
const iso = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/i

/** ISO 8601 in UTC. Without an offset the text is read as UTC. Undefined when it is no point in time. */
export function toInstant(text: string): string | undefined {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offset = 'Z'] = iso.exec(text.trim()) ?? []
  if (!year || !isDay(Number(year), Number(month), Number(day))) return undefined
  const zone = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase()
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${zone}`)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

/** Date.parse takes 30 February for 1 March. */
export const isDay = (year: number, month: number, day: number) => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** A wall clock reading in a time zone. `month` counts from 1. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const slotMs = 900_000 // offsets change on quarters of an hour
const maxSlots = 50_000

/** Turns wall clock readings of a time zone into ISO 8601 in UTC. The hour that occurs twice in autumn is taken the first time. */
export function createClockReading(timeZone: string): (wall: WallTime) => string {
  const format = new Intl.DateTimeFormat('en-GB-u-ca-iso8601-hc-h23', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  const offsets = new Map<number, number>()

  function offsetMs(ms: number): number {
    const slot = Math.floor(ms / slotMs)
    const known = offsets.get(slot)
    if (known !== undefined) return known
    if (offsets.size >= maxSlots) offsets.clear()
    const offset = wallMs(format, slot * slotMs) - slot * slotMs
    offsets.set(slot, offset)
    return offset
  }

  return ({ year, month, day, hour, minute, second }) => {
    const wall = Date.UTC(year, month - 1, day, hour, minute, second)
    const before = wall - offsetMs(wall - 86_400_000)
    const after = wall - offsetMs(wall + 86_400_000)
    // In the hour that a spring night skips, neither reading holds; the clock went on from the offset before.
    const fits = [before, after].filter((ms) => ms + offsetMs(ms) === wall)
    return new Date(fits.length > 0 ? Math.min(...fits) : before).toISOString()
  }
}

function wallMs(format: Intl.DateTimeFormat, ms: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value)
  return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second'])
}
