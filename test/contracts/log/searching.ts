import type { Batch, Log, LogRecord, TopicName } from '@kanalblick/stream'
import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { ascending, inbox, inOnePartition, numbered, numbers, outbox, read, record, take, upTo } from './records.ts'

async function scanned(log: Log, topic: TopicName = inbox): Promise<LogRecord[]> {
  const batches: Batch[] = []
  for await (const batch of log.scan(topic)) batches.push(batch)
  return batches.flatMap(({ records }) => records)
}

const placesOf = (batches: readonly Batch[]) => batches.flatMap(({ topic, partition, records }) => records.map(({ offset }) => ({ topic, partition, offset })))

export const searching = {
  async 'scans everything there is, read or not'({ log, join }) {
    await log.append(numbered(50))
    await read(await join(), 20)
    expect(ascending(numbers(await scanned(log)))).toEqual(upTo(50))
  },
  async 'scans a partition in its order, in batches'({ log }) {
    await log.append(inOnePartition(4500))
    expect(numbers(await scanned(log))).toEqual(upTo(4500))
  },
  async 'scans nothing of an empty topic'({ log }) {
    await log.append([record('elsewhere', 'elsewhere', outbox)])
    expect(await scanned(log)).toEqual([])
  },
  async 'ends a scan where the topic ended when it began'({ log }) {
    await log.append(inOnePartition(10))
    const found: LogRecord[] = []
    for await (const { records } of log.scan(inbox)) {
      found.push(...records)
      await log.append(inOnePartition(10, 10))
    }
    expect(numbers(found)).toEqual(upTo(10))
  },
  async 'lets a scan be cut off'({ log }) {
    await log.append(inOnePartition(4500))
    for await (const { records } of log.scan(inbox)) {
      expect(records.length).toBeGreaterThan(0)
      break
    }
    expect(numbers(await scanned(log))).toEqual(upTo(4500))
  },
  async 'moves no group by a scan'({ log, group, join }) {
    await log.append(numbered(30))
    await scanned(log)
    expect(await log.lag(group, [inbox])).toBe(30)
    expect(ascending(numbers(await read(await join(), 30)))).toEqual(upTo(30))
  },
  async 'says whether a group has moved past what was there'({ log, group, join }) {
    expect(await log.hasPassed(group, await log.ends([inbox, outbox]))).toBe(true)
    await log.append(numbered(30))
    const ends = await log.ends([inbox])
    await log.append(numbered(30, 30))
    expect(await log.hasPassed(group, ends)).toBe(false)
    const member = await join()
    const first = await take(member)
    expect(await log.hasPassed(group, ends)).toBe(false)
    await member.advance(first, [])
    await read(member, 60 - first.records.length)
    expect(await log.hasPassed(group, ends)).toBe(true)
    expect(await log.hasPassed(group, await log.ends([inbox]))).toBe(true)
  },
  async 'erases records, or says that they end with their retention'({ log, join }) {
    await log.append(inOnePartition(10))
    const batches: Batch[] = []
    for await (const batch of log.scan(inbox)) batches.push(batch)
    await log.erase(placesOf(batches).slice(3, 5))
    const left = log.canErase ? [0, 1, 2, 5, 6, 7, 8, 9] : upTo(10)
    expect(numbers(await scanned(log))).toEqual(left)
    // Their places stay: a group that reads again sees the same offsets.
    expect((await read(await join(), 10)).map(({ offset }) => offset)).toEqual(upTo(10))
  },
  async 'leaves of an erased record what it is told to, and nothing of one that is gone'({ log, join }) {
    await log.append(inOnePartition(3))
    const batches: Batch[] = []
    for await (const batch of log.scan(inbox)) batches.push(batch)
    const [, second] = placesOf(batches)
    const left = (value: Uint8Array) => ({ key: 'another', value: Buffer.concat([value, value]) })
    await log.erase(second ? [{ ...second, left }] : [])
    const lengths = async () => (await scanned(log)).map(({ value }) => value.length)
    expect(await lengths()).toEqual([1, log.canErase ? 2 : 1, 1])
    expect((await scanned(log)).map(({ key }) => key)).toEqual(['key', log.canErase ? 'another' : 'key', 'key'])
    await log.erase(second ? [second, { ...second, left }] : [])
    expect(await lengths()).toEqual(log.canErase ? [1, 1] : [1, 1, 1])
    expect((await read(await join(), 3)).map(({ offset }) => offset)).toEqual(upTo(3))
  },
  async 'keeps records erased when it is opened again'({ log, reopen }) {
    await log.append(inOnePartition(3))
    const batches: Batch[] = []
    for await (const batch of log.scan(inbox)) batches.push(batch)
    await log.erase(placesOf(batches))
    const again = await reopen()
    expect(await scanned(again)).toHaveLength(again.canErase ? 0 : 3)
    await again.append(inOnePartition(1, 3))
    expect((await scanned(again)).at(-1)?.offset).toBe(3)
  },
} satisfies Promises
