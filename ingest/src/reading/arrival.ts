/** What the request says about the events in it. */
import type { WriteKey } from '../ports.ts'
import type { ReadDevice } from './device.ts'

export interface Arrival {
  /** Unlike that of any other request. */
  readonly id: string
  /** The visitor's own: set for browsers, not for servers that report about their visitors. */
  readonly userAgent: string | undefined
  /** The browser sent Global Privacy Control or Do Not Track. */
  readonly objects: boolean
  readonly consentCategories: WriteKey['consentCategories']
  readonly readDevice: ReadDevice
}

/**
 * The source's id; else the event's own text, so that sending it again is the same event. An event with neither id nor time could
 * rightly occur twice with the same text: then every arrival counts.
 */
export const nativeIdOf = ({ id, timed, text, index }: { id: string | undefined; timed: boolean; text: string; index: number }, arrival: Arrival) =>
  id ?? (timed ? text : `${arrival.id} ${index}`)
