/** Between values and the bytes of records. A record of a topic with `columns` holds one event as it is, or several in columns. */
import type { ColumnsOf } from './columns.ts'
import { conformsTo } from './conforms.ts'
import { erased, type Log, type LogRecord, type NewRecord, type Stored } from './log.ts'
import { partitionOf } from './partition.ts'
import { inPortions, mostTogether } from './together.ts'
import { type Append, type PackedTopic, type StageName, type TopicName, topicNames, topics, type ValueOf, type WrittenBy } from './topics.ts'

/** Records as they are asked for, one for each value. */
export function toNewRecords<Name extends StageName>(appends: Iterable<Append<Name>>): WrittenBy<Name>[] {
  const write = createWriter()
  for (const { topic, key, value } of appends) write.one(topic, key, value)
  return write.all() as WrittenBy<Name>[]
}

/**
 * The same, with events that go to the same place together in one record. All versions of an event meet in one partition, so what is put
 * together must belong to the same one.
 */
export function toPackedRecords<Name extends StageName>(appends: Iterable<Append<Name>>, partitions: Log['partitions']): WrittenBy<Name>[] {
  const write = createWriter()
  const waiting = new Map<TopicName, Waiting>(packedTopics.map((topic) => [topic, { topic, partitions: partitions(topic), byPartition: [] }]))
  for (const { topic, key, value } of appends) {
    const ofTopic = waiting.get(topic)
    if (!ofTopic) {
      write.one(topic, key, value)
      continue
    }
    const partition = partitionOf(key, ofTopic.partitions)
    const together = (ofTopic.byPartition[partition] ??= [])
    together.push(value as Event)
    if (together.length < mostTogether) continue
    write.together(ofTopic.topic, together)
    ofTopic.byPartition[partition] = []
  }
  for (const { topic, byPartition } of waiting.values()) for (const together of byPartition) if (together) write.together(topic, together)
  return write.all() as WrittenBy<Name>[]
}

interface Event {
  readonly id: string
}

/** Events of a topic that a record is not yet full of. */
interface Waiting {
  readonly topic: PackedTopic
  readonly partitions: number
  readonly byPartition: Event[][]
}

const packedTopics = topicNames.filter((topic): topic is PackedTopic => 'columns' in topics[topic])
const columnsIn = (topic: PackedTopic) => topics[topic].columns as unknown as ColumnsOf<Event>

const contentOf = (topic: PackedTopic, events: readonly Event[]): unknown => (events.length === 1 ? events[0] : columnsIn(topic).pack(events))

interface Unwritten extends Omit<NewRecord, 'value'> {
  readonly text: string
}

function createWriter() {
  const unwritten: Unwritten[] = []
  const one = (topic: TopicName, key: string, content: unknown, text = JSON.stringify(content)) => void unwritten.push({ topic, key, content, text })
  const together = (topic: PackedTopic, events: readonly Event[]) => {
    for (const { events: some, text, content } of inPortions(events, (some) => contentOf(topic, some))) one(topic, (some[0] as Event).id, content, text)
  }
  return { one, together, all: () => inOneBuffer(unwritten) }
}

/**
 * Thousands of small buffers cost more to make and to free than to fill. And one that is longer than what it holds has the garbage collector
 * go through everything sooner: it counts what lies outside of its heap, too.
 */
function inOneBuffer(unwritten: readonly Unwritten[]): NewRecord[] {
  const buffer = Buffer.allocUnsafeSlow(unwritten.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0))
  let used = 0
  return unwritten.map(({ topic, key, content, text }) => {
    const from = used
    used += buffer.write(text, from)
    return { topic, key, content, value: buffer.subarray(from, used) }
  })
}

const decoder = new TextDecoder()

/** The JSON in a record. @throws SyntaxError when the record is not JSON. */
export const fromRecord = ({ content, value }: LogRecord): unknown => content ?? JSON.parse(decoder.decode(value))

/** The value in a record, or `undefined` when it is not what `parse` takes. */
export function readRecord<Value>(record: LogRecord, parse: (value: unknown) => Value): Value | undefined {
  try {
    return parse(fromRecord(record))
  } catch {
    return undefined
  }
}

/** A record that is not what its topic promises, or of a record with many events one that is not, alone. */
export class Unreadable {
  readonly record: LogRecord
  constructor(record: LogRecord) {
    this.record = record
  }
}

/** Reads the events of a topic's records, each checked against the topic's schema. */
export function createReadEvents<Topic extends PackedTopic>(topic: Topic): (record: LogRecord) => readonly (ValueOf<Topic> | Unreadable)[] {
  const { schema } = topics[topic]
  const columns = columnsIn(topic)
  const conforms = conformsTo(schema)
  const read = (value: unknown, record: () => LogRecord): ValueOf<Topic> | Unreadable => {
    if (conforms(value)) return value as ValueOf<Topic>
    const parsed = schema.safeParse(value)
    return parsed.success ? (parsed.data as ValueOf<Topic>) : new Unreadable(record())
  }
  return (record) => {
    const value = readRecord(record, (value) => value)
    const events = columns.unpack(value)
    if (!events) return [read(value, () => record)]
    if (columns.conforms(value)) return events as ValueOf<Topic>[]
    return events.map((event) => read(event, () => alone(record, event)))
  }
}

/** Under its own id, where it has one: under its neighbour's it would be booked as that one. */
const alone = ({ offset, appendedAtMs }: LogRecord, event: unknown): LogRecord => ({
  offset,
  appendedAtMs,
  key: keyOf(event),
  value: Buffer.from(JSON.stringify(event)),
})

function keyOf(event: unknown): string {
  const { id } = event as { readonly id?: unknown }
  return typeof id === 'string' ? id : ''
}

/** The values in a record's bytes, whatever they are: of a record with many events each of them. @throws SyntaxError when it is not JSON */
export function valuesIn(topic: PackedTopic, bytes: Uint8Array): readonly unknown[] {
  const value = JSON.parse(decoder.decode(bytes)) as unknown
  return columnsIn(topic).unpack(value) ?? [value]
}

/** The record that holds these events, of which nothing is known; for none, one that was erased. */
export function recordWith(topic: PackedTopic, events: readonly unknown[]): Stored {
  if (events.length === 0) return erased
  return { key: keyOf(events[0]), value: Buffer.from(JSON.stringify(contentOf(topic, events as readonly Event[]))) }
}
