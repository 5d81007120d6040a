/** Times say less once they leave zone identity. */
export interface Coarsen {
  readonly toMinute: (time: string) => string
  readonly toHour: (time: string) => string
  /** Noon in UTC of the calendar day that it is in the time zone: the same day there, whatever the zone. */
  readonly toDay: (time: string) => string
}

const inUtc = (time: string) => (time.endsWith('Z') ? time : new Date(time).toISOString())

/** Cut off behind `kept` characters. Neighbours mostly share what is left, and then share the text. */
function createCutOff(kept: number, rest: string): (time: string) => string {
  let shared: string | undefined
  let whole = ''
  return (time) => {
    const text = inUtc(time)
    if (shared === undefined || !text.startsWith(shared)) {
      shared = text.slice(0, kept)
      whole = `${shared}${rest}`
    }
    return whole
  }
}

export function createCoarsen(timeZone: string): Coarsen {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return {
    toMinute: createCutOff('yyyy-MM-ddTHH:mm'.length, ':00.000Z'),
    toHour: createCutOff('yyyy-MM-ddTHH'.length, ':00:00.000Z'),
    toDay: (time) => `${calendar.format(new Date(time))}T12:00:00.000Z`,
  }
}
