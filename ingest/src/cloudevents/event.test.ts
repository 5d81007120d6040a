import { describe, expect, it } from 'vitest'
import type { Arrival } from '../reading/arrival.ts'
import { createReadDevice } from '../reading/device.ts'
import { fromCloudEvent } from './event.ts'
import { readCloudEvents } from './request.ts'

const arrival: Arrival = { id: 'arrival', userAgent: undefined, objects: false, consentCategories: undefined, readDevice: createReadDevice() }
const limits = { eventBytes: 10_000, eventsPerRequest: 10, depth: 10 }
const event = {
  specversion: '1.0',
  id: '1',
  source: '/shop',
  type: 'com.kanalblick.page_viewed',
  time: '2026-05-01T12:00:00+02:00',
  data: { url_path: '/a?b=c' },
}
const receive = (value: unknown, arrived = arrival) => fromCloudEvent({ part: { value, text: JSON.stringify(value) }, index: 0 }, arrived)

describe('fromCloudEvent', () => {
  it('takes the attributes, and data as fields of the catalogue', () => {
    expect(receive(event)).toEqual({
      type: 'page_viewed',
      nativeId: '1',
      source: '/shop',
      time: '2026-05-01T10:00:00.000Z',
      identifiers: [],
      context: {},
      data: { url_path: '/a' },
    })
    expect(receive({ ...event, type: 'page_viewed' }).type).toBe('page_viewed')
    expect(receive({ ...event, type: 'com.example.page_viewed' }).type).toBe('com.example.page_viewed')
  })

  it('reads persons, choices and context beside the fields, and reduces addresses and user agent', () => {
    const data = {
      order_id: '1',
      identifiers: [{ kind: 'email', value: 'ada@example.org' }],
      consent: { purposes: { web_analytics: true } },
      context: {
        country: 'DE',
        session_id: 's',
        url: 'https://shop.example/?utm_source=news&ttclid=x',
        referrer: 'https://www.bing.com/search?q=x',
        user_agent: 'Googlebot/2.1',
      },
    }
    expect(receive({ ...event, data })).toMatchObject({
      identifiers: data.identifiers,
      consent: { purposes: { web_analytics: true }, origin: 'event' },
      sessionId: 's',
      context: { country: 'DE', utm_source: 'news', click_id_kind: 'ttclid', referrer_host: 'www.bing.com', device: { class: 'bot' } },
      data: { order_id: '1' },
    })
    expect(JSON.stringify(receive({ ...event, data }))).not.toMatch(/ttclid=|q=x|Googlebot/)
  })

  it('adds the objection of a browser', () => {
    expect(receive(event, { ...arrival, objects: true }).consent).toEqual({
      purposes: { ad_measurement: false, personalisation: false, platform_sharing: false },
      origin: 'gpc',
    })
  })

  it.each([
    ['no id', { id: undefined }, 'event has no id'],
    ['no source', { source: '' }, 'event has no source'],
    ['no type', { type: undefined }, 'event has no type'],
    ['another version', { specversion: '0.3' }, 'event.specversion is not "1.0"'],
    ['no time', { time: 'noon' }, 'event.time is not an ISO 8601 time'],
    ['data that is no object', { data: 'text' }, 'event.data is not a JSON object'],
    ['binary data', { data: undefined, data_base64: 'e30=' }, 'event.data is not a JSON object'],
  ])('makes an event with %s a dead letter', (_, broken, rule) => {
    expect(receive({ ...event, ...broken })).toMatchObject({ malformed: rule, data: {}, identifiers: [] })
  })
})

describe('readCloudEvents', () => {
  const body = (value: unknown) => Buffer.from(JSON.stringify(value))

  it('reads the three content modes', () => {
    const { data, ...attributes } = event
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]))
    expect(readCloudEvents(body(event), { 'content-type': 'application/cloudevents+json; charset=utf-8' }, limits).map(({ value }) => value)).toEqual([event])
    expect(readCloudEvents(body([event, 7]), { 'content-type': 'Application/CloudEvents-Batch+JSON' }, limits).map(({ value }) => value)).toEqual([event, 7])
    expect(readCloudEvents(body(data), { 'content-type': 'application/json', ...headers }, limits).map(({ value }) => value)).toEqual([event])
  })

  it('decodes percent signs in headers, and leaves those that mean nothing', () => {
    const [part] = readCloudEvents(body({}), { 'ce-source': '/k%C3%B6ln', 'ce-id': '100%' }, limits)
    expect(part?.value).toMatchObject({ source: '/köln', id: '100%' })
  })

  it('refuses what is no CloudEvent', () => {
    expect(() => readCloudEvents(body({}), { 'content-type': 'application/json' }, limits)).toThrow(expect.objectContaining({ code: 'BODY_INVALID' }))
  })
})
