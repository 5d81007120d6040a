import { expect, test } from 'vitest'
import { dataMapDocs, writtenDataMapDocs } from '../support/data-map-docs.ts'
import { eventDocs, writtenEventDocs } from '../support/event-docs.ts'

test('docs/events.md says what the catalogue says', () => {
  expect(writtenEventDocs()).toBe(eventDocs())
})

test('docs/data-map.md says what the annotations say', () => {
  expect(writtenDataMapDocs()).toBe(dataMapDocs())
})
