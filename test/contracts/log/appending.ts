import { randomBytes } from 'node:crypto'
import { partitionOf } from '@kanalblick/stream'
import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { ascending, inbox, inOnePartition, numbered, numbers, outbox, pass, read, record, take, text, texts, upTo } from './records.ts'

const scripts = ['', 'Zürich', 'ключ', '鍵', '🔑', 'a\u0000b', 'e\u0301', ' \n\t"\'\\;--']
const everyByte = Uint8Array.from(upTo(256))

export const appending = {
  async 'keeps the order of records within a partition'({ log, join }) {
    await log.append(inOnePartition(300))
    await log.append(inOnePartition(300, 300))
    expect(numbers(await read(await join(), 600))).toEqual(upTo(600))
  },
  async 'keeps the order of appends that are not waited for'({ log, join }) {
    await Promise.all(inOnePartition(500).map((record) => log.append([record])))
    expect(numbers(await read(await join(), 500))).toEqual(upTo(500))
  },
  async 'numbers the records of a partition from zero, without gaps'({ log, join }) {
    await log.append(inOnePartition(10))
    await log.append(inOnePartition(10))
    expect((await read(await join(), 20)).map(({ offset }) => offset)).toEqual(upTo(20))
  },
  async 'puts records with the same key into the same partition'({ log, join }) {
    await log.append(numbered(130))
    const member = await join()
    const partitions = new Map<string, Set<number>>()
    for (let seen = 0; seen < 130; ) {
      const { partition, records } = await pass(member)
      for (const { key } of records) partitions.set(key, (partitions.get(key) ?? new Set()).add(partition))
      seen += records.length
    }
    expect([...partitions.values()].map(({ size }) => size)).toEqual(Array(13).fill(1))
  },
  async 'says beforehand which partition a key belongs to'({ log, join }) {
    await log.append(numbered(130))
    const member = await join()
    for (let seen = 0; seen < 130; ) {
      const { partition, records } = await pass(member)
      for (const { key } of records) expect(partitionOf(key, log.partitions(inbox))).toBe(partition)
      seen += records.length
    }
  },
  async 'spreads different keys over all partitions'({ log, join }) {
    await log.append(numbered(130))
    const member = await join()
    const partitions = new Set<number>()
    for (let seen = 0; seen < 130; ) {
      const { partition, records } = await pass(member)
      partitions.add(partition)
      seen += records.length
    }
    expect(ascending([...partitions])).toEqual([0, 1, 2, 3])
  },
  async 'keeps every byte of a value'({ log, join }) {
    await log.append([record('binary', everyByte)])
    const [found] = await read(await join(), 1)
    expect(Uint8Array.from(found?.value ?? [])).toEqual(everyByte)
  },
  async 'keeps a value that is a part of a larger buffer'({ log, join }) {
    await log.append([{ topic: inbox, key: 'part', value: everyByte.subarray(100, 103) }])
    const [found] = await read(await join(), 1)
    expect([...(found?.value ?? [])]).toEqual([100, 101, 102])
  },
  async 'keeps an empty value'({ log, join }) {
    await log.append([record('empty', '')])
    const [found] = await read(await join(), 1)
    expect(found).toMatchObject({ key: 'empty', offset: 0 })
    expect(found?.value.byteLength).toBe(0)
  },
  async 'keeps keys in any script, character for character'({ log, join }) {
    await log.append(scripts.map((key) => record(key, Buffer.from(key))))
    const found = await read(await join(), scripts.length)
    expect(found.map(({ key }) => key).toSorted()).toEqual(scripts.toSorted())
    expect(found.map(text)).toEqual(found.map(({ key }) => key))
  },
  async 'takes a record of eight megabytes'({ log, join }) {
    const large = randomBytes(7_999_000)
    await log.append([record('before'), record('large', large), record('after')])
    const found = await read(await join(), 3)
    const { value } = found.find(({ key }) => key === 'large') ?? record('lost')
    expect(Buffer.compare(value, large)).toBe(0)
  },
  async 'takes records of several topics in one call'({ log, join }) {
    await log.append([record('a'), record('b', 'b', outbox), record('c')])
    expect(texts(await read(await join([inbox]), 2)).toSorted()).toEqual(['a', 'c'])
    expect(texts(await read(await join([outbox], 'others'), 1))).toEqual(['b'])
  },
  async 'takes an empty list and appends nothing'({ log, group }) {
    await log.append([])
    expect(await log.lag(group, [inbox])).toBe(0)
  },
  async 'takes many small appends at once and loses none'({ log, join }) {
    await Promise.all(numbered(3000).map((record) => log.append([record])))
    expect(ascending(numbers(await read(await join(), 3000)))).toEqual(upTo(3000))
  },
  async 'stamps a record with the time of its append'({ log, join }) {
    const aMinute = 60_000
    const beforeMs = Date.now()
    await log.append([record('now')])
    const { records } = await take(await join())
    expect(records[0]?.appendedAtMs).toBeGreaterThan(beforeMs - aMinute)
    expect(records[0]?.appendedAtMs).toBeLessThan(Date.now() + aMinute)
  },
} satisfies Promises
