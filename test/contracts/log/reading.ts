import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { ascending, failure, inbox, inOnePartition, numbered, numbers, outbox, pass, read, record, take, texts, upTo } from './records.ts'

export const reading = {
  async 'hands a new group everything from the beginning'({ log, join }) {
    await log.append(numbered(50))
    expect(ascending(numbers(await read(await join(), 50)))).toEqual(upTo(50))
  },
  async 'wakes a waiting member when a record comes'({ log, join }) {
    const member = await join()
    const next = member.next()
    await log.append([record('hello')])
    expect(texts((await next)?.records ?? [])).toEqual(['hello'])
  },
  async 'wakes a member that has caught up'({ log, join }) {
    await log.append([record('key', 'first')])
    const member = await join()
    await read(member, 1)
    const next = member.next()
    await log.append([record('key', 'second')])
    expect(texts((await next)?.records ?? [])).toEqual(['second'])
  },
  async 'hands out consecutive records'({ log, join }) {
    await log.append(numbered(200))
    const member = await join()
    for (let seen = 0; seen < 200; ) {
      const { records } = await pass(member)
      const first = records[0]?.offset ?? 0
      expect(records.map(({ offset }) => offset - first)).toEqual(upTo(records.length))
      seen += records.length
    }
  },
  async 'never hands out more than five thousand records at once'({ log, join }) {
    await log.append(inOnePartition(12_000))
    const member = await join()
    for (let seen = 0; seen < 12_000; ) {
      const { records } = await pass(member)
      expect(records.length).toBeLessThanOrEqual(5000)
      expect(records[0]?.offset).toBe(seen)
      seen += records.length
    }
  },
  async 'never hands out more than four megabytes at once, unless it is one record'({ log, join }) {
    const megabytes = [1, 1, 1, 1, 1, 5, 1]
    await log.append(megabytes.map((size) => record('key', Buffer.alloc(size * 1_000_000))))
    const member = await join()
    for (let seen = 0; seen < megabytes.length; ) {
      const { records } = await pass(member)
      const bytes = records.reduce((sum, { value }) => sum + value.byteLength, 0)
      if (records.length > 1) expect(bytes).toBeLessThanOrEqual(4_000_000)
      seen += records.length
    }
  },
  async 'hands a batch out again after a retreat'({ log, join }) {
    await log.append(numbered(100))
    const member = await join()
    const batch = await take(member)
    await member.retreat(batch)
    const again = await take(member)
    expect({ topic: again.topic, partition: again.partition }).toEqual({ topic: batch.topic, partition: batch.partition })
    expect(texts(again.records)).toEqual(texts(batch.records))
  },
  async 'hands a batch out as often as it is given back'({ log, join }) {
    await log.append(inOnePartition(3))
    const member = await join()
    for (const _ of upTo(5)) {
      const batch = await take(member)
      expect(numbers(batch.records)).toEqual(upTo(3))
      await member.retreat(batch)
    }
    expect(numbers(await read(member, 3))).toEqual(upTo(3))
  },
  async 'refuses a second batch while the first is in hand'({ log, join }) {
    await log.append(numbered(100))
    const member = await join()
    await take(member)
    expect((await failure(member.next())).message).toMatch(/before it was done/)
  },
  async 'reads several topics in one membership'({ log, join }) {
    await log.append([record('in', 'in', inbox), record('out', 'out', outbox)])
    expect(texts(await read(await join([inbox, outbox]), 2)).toSorted()).toEqual(['in', 'out'])
  },
  async 'hands out no topic that was not asked for'({ log, join }) {
    await log.append([record('out', 'out', outbox), record('in', 'in', inbox)])
    const { topic, records } = await take(await join([inbox]))
    expect(topic).toBe(inbox)
    expect(texts(records)).toEqual(['in'])
  },
  async 'counts as lag what a group has still to read'({ log, join, group }) {
    expect(await log.lag(group, [inbox])).toBe(0)
    await log.append(numbered(30))
    expect(await log.lag(group, [inbox])).toBe(30)
    const member = await join()
    const { records } = await pass(member)
    expect(await log.lag(group, [inbox])).toBe(30 - records.length)
    await read(member, 30 - records.length)
    expect(await log.lag(group, [inbox])).toBe(0)
  },
  async 'counts a batch in hand as not yet read'({ log, join, group }) {
    await log.append(inOnePartition(3))
    await take(await join())
    expect(await log.lag(group, [inbox])).toBe(3)
  },
  async 'counts the lag of the topics that are named'({ log, group }) {
    await log.append([record('a'), record('b', 'b', outbox), record('c', 'c', outbox)])
    expect(await log.lag(group, [inbox])).toBe(1)
    expect(await log.lag(group, [outbox])).toBe(2)
    expect(await log.lag(group, [inbox, outbox])).toBe(3)
  },
} satisfies Promises
