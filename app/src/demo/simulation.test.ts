import { type CollectedEvent, catalogue, type EventType } from '@kanalblick/stream'
import { describe, expect, it } from 'vitest'
import { type Day, dayAt, mondayOf, shiftDay, startOf } from './calendar.ts'
import type { Message } from './message.ts'
import { createSimulation, firstDayOf } from './simulation.ts'
import { otto, sources } from './sources.ts'

const anchor = '2026-11-25'
const demo = { seed: 4180, anchor }
const days = (from: Day, count: number) => Array.from({ length: count }, (_, n) => shiftDay(from, n))
const tellAll = (from: Day, count: number, told = demo) => days(from, count).flatMap(createSimulation(told))

describe('the demo shop', () => {
  it('tells the same events to the byte for the same seed, and others for another', () => {
    const once = JSON.stringify(tellAll('2026-10-01', 20))
    expect(JSON.stringify(tellAll('2026-10-01', 20))).toBe(once)
    expect(JSON.stringify(tellAll('2026-10-01', 20, { ...demo, seed: 1 }))).not.toBe(once)
  })

  it('tells a day alone as it tells it among others', () => {
    const together = tellAll('2026-10-01', 30).filter(({ atMs }) => dayAt(atMs) === '2026-10-28')
    expect(together.length).toBeGreaterThan(80)
    expect(createSimulation(demo)('2026-10-28')).toEqual(together)
  })

  it.each(['2026-03-29', '2026-10-25', '2025-12-31', '2026-11-25'])('keeps what happens on %s within the day', (day) => {
    const strays = createSimulation(demo)(day).filter(({ atMs }) => atMs < startOf(day) || atMs >= startOf(shiftDay(day, 1)))
    expect(strays).toEqual([])
  })

  it('gives every event an id of its own', () => {
    const ids = tellAll(firstDayOf(anchor), 120).map(({ instance, path, body }) => `${instance} ${path} ${String(body['messageId'] ?? body['id'])}`)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('hears of every source on every day until one falls silent', () => {
    const monday = shiftDay(mondayOf(anchor), -7)
    const heard = (day: Day) => new Set(createSimulation(demo)(day).map(({ instance }) => instance))
    expect(heard(shiftDay(monday, -3)).size).toBe(sources.length)
    for (const day of days(monday, 30)) expect(heard(day)).not.toContain(otto.instance)
  })

  it('says nothing as a CloudEvent that the catalogue does not know', () => {
    const wrong = tellAll(firstDayOf(anchor), 60).filter((message) => !fits(message))
    expect(wrong).toEqual([])
  })

  it('makes up no address that somebody could own', () => {
    const addresses = JSON.stringify(tellAll('2026-10-01', 30)).match(/[^"\s]+@[^"\s]+/g) ?? []
    expect(addresses.length).toBeGreaterThan(300)
    expect(addresses.filter((address) => !/@example\.(org|com|net)$/.test(address))).toEqual([])
  })
})

/** What the collector takes out of `data` is no field of the event. */
function fits({ path, body }: Message): boolean {
  if (path === '/v1/batch') return true
  const { identifiers: _, context: __, consent: ___, ...data } = body['data'] as CollectedEvent['data']
  const parsed = catalogue[body['type'] as EventType].data.safeParse(data)
  return parsed.success && Object.keys(data).every((name) => name in parsed.data)
}
