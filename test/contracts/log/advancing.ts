import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { ascending, failure, inbox, inOnePartition, numbered, numbers, outbox, pass, read, record, take, texts, toOutputs, upTo } from './records.ts'

export const advancing = {
  async 'moves the group past the batch'({ log, join }) {
    await log.append(inOnePartition(3))
    const member = await join()
    await member.advance(await take(member), [])
    await log.append(inOnePartition(1, 3))
    expect(numbers((await take(member)).records)).toEqual([3])
  },
  async 'moves no other partition'({ log, join, group }) {
    await log.append(numbered(130))
    const { records } = await pass(await join())
    expect(await log.lag(group, [inbox])).toBe(130 - records.length)
  },
  async 'appends what came of the batch, in order'({ log, join }) {
    await log.append(inOnePartition(100))
    const member = await join()
    for (let seen = 0; seen < 100; ) {
      const batch = await take(member)
      await member.advance(batch, toOutputs(batch))
      seen += batch.records.length
    }
    expect(numbers(await read(await join([outbox], 'downstream'), 100))).toEqual(upTo(100))
  },
  async 'appends outputs of several topics'({ log, join }) {
    await log.append([record('in')])
    const member = await join()
    await member.advance(await take(member), [record('a', 'a', outbox), record('b', 'b', 'fates.consent.v1')])
    expect(texts(await read(await join([outbox, 'fates.consent.v1'], 'downstream'), 2)).toSorted()).toEqual(['a', 'b'])
  },
  async 'moves on without outputs'({ log, join, group }) {
    await log.append([record('in')])
    const member = await join()
    await member.advance(await take(member), [])
    expect(await log.lag(group, [inbox, outbox])).toBe(0)
  },
  async 'appends outputs that together are larger than one request'({ log, join }) {
    await log.append([record('in')])
    const member = await join()
    const large = upTo(5).map(() => randomBytes(3_000_000))
    await member.advance(
      await take(member),
      large.map((bytes) => record('key', bytes, outbox)),
    )
    const found = await read(await join([outbox], 'downstream'), 5)
    expect(found.map(({ value }, i) => Buffer.compare(value, large[i] ?? Buffer.of()))).toEqual(Array(5).fill(0))
  },
  async 'wakes the members that wait for the outputs'({ log, join }) {
    const downstream = await join([outbox], 'downstream')
    const waiting = downstream.next()
    await log.append([record('in')])
    const member = await join()
    const batch = await take(member)
    await member.advance(batch, toOutputs(batch))
    expect(texts((await waiting)?.records ?? [])).toEqual(['in'])
  },
  async 'carries every record through a chain of groups'({ log, join }) {
    const member = await join()
    const downstream = await join([outbox], 'downstream')
    const copying = (async () => {
      for (let seen = 0; seen < 1000; ) {
        const batch = await take(member)
        await member.advance(batch, toOutputs(batch))
        seen += batch.records.length
      }
    })()
    for (const tenth of upTo(10)) await log.append(numbered(100, tenth * 100))
    expect(ascending(numbers(await read(downstream, 1000)))).toEqual(upTo(1000))
    await copying
  },
  async 'refuses to advance a batch twice, and appends nothing the second time'({ log, join, group }) {
    await log.append([record('in')])
    const member = await join()
    const batch = await take(member)
    await member.advance(batch, toOutputs(batch))
    expect((await failure(member.advance(batch, toOutputs(batch)))).code).toBe('STALE_BATCH')
    expect(await log.lag(group, [outbox])).toBe(1)
  },
  async 'refuses to advance a batch that was given back'({ log, join, group }) {
    await log.append([record('in')])
    const member = await join()
    const batch = await take(member)
    await member.retreat(batch)
    expect((await failure(member.advance(batch, toOutputs(batch)))).code).toBe('STALE_BATCH')
    expect(await log.lag(group, [outbox])).toBe(0)
  },
  async 'advances a batch on the second attempt after a retreat'({ log, join, group }) {
    await log.append(inOnePartition(3))
    const member = await join()
    await member.retreat(await take(member))
    await member.advance(await take(member), [])
    expect(await log.lag(group, [inbox])).toBe(0)
  },
} satisfies Promises
