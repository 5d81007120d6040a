/** What the demo's clients send: one event in the words of its protocol. */

export interface Message {
  readonly instance: string
  readonly atMs: number
  readonly path: '/v1/batch' | '/v1/events'
  readonly body: Readonly<Record<string, unknown>>
}

const iso = (ms: number) => new Date(ms).toISOString()

export interface Said {
  readonly instance: string
  /** Unlike that of any other event of the source. */
  readonly id: string
  readonly atMs: number
}

export const cloudEvent = ({ instance, id, atMs }: Said, type: string, data: Readonly<Record<string, unknown>>): Message => ({
  instance,
  atMs,
  path: '/v1/events',
  body: { specversion: '1.0', id, source: `nordlicht/${instance}`, type, time: iso(atMs), data },
})

export const segmentCall = ({ instance, id, atMs }: Said, call: Readonly<Record<string, unknown>>): Message => ({
  instance,
  atMs,
  path: '/v1/batch',
  body: { messageId: id, timestamp: iso(atMs), ...call },
})
