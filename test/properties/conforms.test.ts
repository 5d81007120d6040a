/** The cheap check of a value agrees with the parser that it saves: events are judged the same with and without it. */
import { isDeepStrictEqual } from 'node:util'
import { test } from '@fast-check/vitest'
import { catalogue, collectedEvent, conformsTo, consentedEvent, enrichedEvent, eventTypes } from '@kanalblick/stream'
import { describe, expect } from 'vitest'
import { z } from 'zod'
import { near, throughJson } from './near.ts'

const schemas: Readonly<Record<string, z.ZodType>> = {
  collectedEvent,
  consentedEvent,
  enrichedEvent,
  ...Object.fromEntries(eventTypes.map((type) => [type, catalogue[type].data as z.ZodType])),
}

describe.each(Object.entries(schemas))('of %s', (_name, schema) => {
  const conforms = conformsTo(schema)
  test.prop([near(schema).map(throughJson)], { numRuns: 200 })('says yes exactly where parsing changes nothing', (value) => {
    const parsed = schema.safeParse(value)
    expect(conforms(value)).toBe(parsed.success && isDeepStrictEqual(parsed.data, value))
  })
})

test('says yes to an event as it mostly is', () => {
  const event = {
    id: '018f0000-0000-8000-8000-000000000000',
    version: 1,
    time: '2026-11-25T08:00:00.000Z',
    received_at: '2026-11-25T08:00:00.000Z',
    channel: 'shop',
    channel_instance: 'shop:1',
    schema_version: 1,
    collector: 'segment',
    type: 'page_viewed',
    subject_web: null,
    subject_ads: null,
    subject_profile: null,
    session_key: null,
    order_key: null,
    granted: ['web_analytics'],
    context: { country: 'DE', device: { class: 'mobile' } },
    data: { url_path: '/' },
  }
  expect(conformsTo(consentedEvent)(event)).toBe(true)
  expect(conformsTo(catalogue.page_viewed.data)(event.data)).toBe(true)
})

test('leaves to the parser what it cannot tell cheaply', () => {
  const doubtful = [z.string().trim(), z.email(), z.string().refine((text) => text !== 'x'), z.coerce.number(), z.looseObject({}), z.date()]
  for (const schema of doubtful) expect(conformsTo(schema)('y')).toBe(false)
})
