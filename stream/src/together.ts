/** Which events share a record. */

/**
 * More in one record would share a little more work, but every copy of a record beyond some 100 KB takes fresh pages from the kernel, and costs
 * more than that saves (docs/performance.md).
 */
export const mostTogether = 120
/** Characters; a single larger event has a record of its own. */
const maxLength = 64_000

interface Portion<Event> {
  readonly events: readonly Event[]
  readonly content: unknown
  readonly text: string
}

/** @param contentOf what a record of these events says; `text` is the JSON of it */
export function* inPortions<Event>(events: readonly Event[], contentOf: (events: readonly Event[]) => unknown): Generator<Portion<Event>, void> {
  if (events.length > mostTogether) {
    for (let from = 0; from < events.length; from += mostTogether) yield* inPortions(events.slice(from, from + mostTogether), contentOf)
    return
  }
  if (events.length === 0) return
  const content = contentOf(events)
  const text = JSON.stringify(content)
  if (text.length <= maxLength || events.length === 1) {
    yield { events, content, text }
    return
  }
  const middle = Math.ceil(events.length / 2)
  yield* inPortions(events.slice(0, middle), contentOf)
  yield* inPortions(events.slice(middle), contentOf)
}
