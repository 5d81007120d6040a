/** On which data the report rests, and where they have gaps. */

import { usualWeeks, type WeeklyFacts } from './facts.ts'
import { daysOf, shiftDay } from './week.ts'

export interface Basis {
  readonly events: number
  readonly eventsConsented: number
  /** A fraction; null without events. */
  readonly consentShare: number | null
  /** The share of the week before, when that had events. */
  readonly consentSharePrevious: number | null
  readonly sources: readonly { readonly channelInstance: string; readonly events: number; readonly lastDay: string }[]
  /** Delivered nothing in the week, but something in the four weeks before. */
  readonly silentSources: readonly { readonly channelInstance: string; readonly lastDay: string }[]
  /** Delivered in the week, but nothing any more on days on which at least three of the four weeks before had some; days that all sources miss apart. */
  readonly lateSources: readonly { readonly channelInstance: string; readonly lastDay: string }[]
  /** Days without any event on which at least three of the four weeks before had some. */
  readonly missingDays: readonly string[]
  /** Of the events that came in during the week, whenever they happened. */
  readonly deliveries: { readonly accepted: number; readonly dropped: readonly Count[]; readonly rejected: readonly Count[] }
}

interface Count {
  readonly reason: string
  readonly events: number
}

const usualDays = 3

export function basisOf({ week, days, deliveries }: WeeklyFacts): Basis {
  const delivered = days.filter(({ events }) => events > 0)
  const inWeek = delivered.filter(({ day }) => day >= week.from)
  const previous = delivered.filter(({ day }) => day >= shiftDay(week.from, -7) && day < week.from)
  const instances = [...new Set(delivered.map(({ channelInstance }) => channelInstance))].toSorted()
  const sources = instances.map((channelInstance) => {
    const own = delivered.filter((day) => day.channelInstance === channelInstance)
    return {
      channelInstance,
      events: sum(own.filter(({ day }) => day >= week.from).map(({ events }) => events)),
      lastDay: own.map(({ day }) => day).reduce((last, day) => (day > last ? day : last)),
    }
  })
  const withData = new Set(delivered.map(({ day }) => day))
  const isLate = ({ channelInstance, lastDay }: { channelInstance: string; lastDay: string }) => {
    const own = new Set(delivered.filter((row) => row.channelInstance === channelInstance).map(({ day }) => day))
    return daysOf(week).some((day) => day > lastDay && withData.has(day) && wasUsual(own, day))
  }
  const reasons = (outcome: string) => deliveries.filter((row) => row.outcome === outcome).map(({ reason, events }) => ({ reason, events }))
  return {
    events: sum(inWeek.map(({ events }) => events)),
    eventsConsented: sum(inWeek.map(({ eventsConsented }) => eventsConsented)),
    consentShare: consentShare(inWeek),
    consentSharePrevious: consentShare(previous),
    sources: sources.filter(({ events }) => events > 0),
    silentSources: sources.filter(({ events }) => events === 0).map(({ channelInstance, lastDay }) => ({ channelInstance, lastDay })),
    lateSources: sources.filter((source) => source.events > 0 && isLate(source)).map(({ channelInstance, lastDay }) => ({ channelInstance, lastDay })),
    missingDays: daysOf(week).filter((day) => !withData.has(day) && wasUsual(withData, day)),
    deliveries: { accepted: sum(reasons('accepted').map(({ events }) => events)), dropped: reasons('dropped'), rejected: reasons('rejected') },
  }
}

/** Whether most of the weeks before had data on the same day of the week. */
const wasUsual = (withData: ReadonlySet<string>, day: string): boolean =>
  Array.from({ length: usualWeeks }, (_, index) => shiftDay(day, -7 * (index + 1))).filter((usual) => withData.has(usual)).length >= usualDays

/** Rounded as the query API rounds it. */
function consentShare(days: readonly { events: number; eventsConsented: number }[]): number | null {
  const events = sum(days.map((day) => day.events))
  return events === 0 ? null : Math.round((sum(days.map((day) => day.eventsConsented)) / events) * 10_000) / 10_000
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
