import { expect, test } from 'vitest'
import { eventDocs, writtenEventDocs } from '../support/event-docs.ts'

test('docs/events.md says what the catalogue says', () => {
  expect(writtenEventDocs()).toBe(eventDocs())
})
