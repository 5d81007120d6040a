import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { inbox, inOnePartition, numbers, outbox, read, record, take } from './records.ts'

export const retention = {
  async 'tells a group how many records expired before it read them'({ log, join, expire }) {
    await log.append(inOnePartition(10))
    const member = await join()
    const first = await take(member)
    await log.append(inOnePartition(5, 10))
    await expire()
    await log.append(inOnePartition(1, 15))
    await member.advance(first, [])
    const next = await take(member)
    expect(numbers(next.records)).toEqual([15])
    expect(next.missed).toBe(5)
  },
  async 'tells a new group what expired before it came'({ log, join, expire }) {
    await log.append(inOnePartition(10))
    await expire()
    await log.append(inOnePartition(1, 10))
    const batch = await take(await join())
    expect(numbers(batch.records)).toEqual([10])
    expect(batch.missed).toBe(10)
  },
  async 'tells it once'({ log, join, expire }) {
    await log.append(inOnePartition(10))
    await expire()
    await log.append(inOnePartition(1, 10))
    const member = await join()
    await member.advance(await take(member), [])
    await log.append(inOnePartition(1, 11))
    expect((await take(member)).missed).toBe(0)
  },
  async 'tells it again after a retreat'({ log, join, expire }) {
    await log.append(inOnePartition(10))
    await expire()
    await log.append(inOnePartition(1, 10))
    const member = await join()
    await member.retreat(await take(member))
    expect((await take(member)).missed).toBe(10)
  },
  async 'tells nothing when the group had read what expired'({ log, join, expire }) {
    await log.append(inOnePartition(10))
    const member = await join()
    await read(member, 10)
    await expire()
    await log.append(inOnePartition(1, 10))
    expect((await take(member)).missed).toBe(0)
  },
  async 'tells it to a group that comes back'({ log, join, expire, reopen }) {
    await log.append(inOnePartition(10))
    await read(await join(), 10)
    await log.append(inOnePartition(5, 10))
    await expire()
    await log.append(inOnePartition(1, 15))
    await reopen()
    expect((await take(await join())).missed).toBe(5)
  },
  async 'tells it again when the member left before it moved on'({ log, join, expire, reopen }) {
    await log.append(inOnePartition(10))
    const member = await join()
    const first = await take(member)
    await log.append(inOnePartition(5, 10))
    await expire()
    await log.append(inOnePartition(1, 15))
    await member.advance(first, [])
    expect((await take(member)).missed).toBe(5)
    await reopen()
    expect((await take(await join())).missed).toBe(5)
  },
  async 'never uses an offset twice'({ log, join, expire, reopen }) {
    await log.append(inOnePartition(10))
    await expire()
    await (await reopen()).append(inOnePartition(1, 10))
    expect((await take(await join())).records[0]?.offset).toBe(10)
  },
  async 'does not count expired records as lag'({ log, expire, group }) {
    await log.append(inOnePartition(10))
    await expire()
    await log.append(inOnePartition(3))
    expect(await log.lag(group, [inbox])).toBe(3)
  },
  async 'expires each topic by itself'({ log, join, expire }) {
    await log.append([record('in'), record('out', 'out', outbox)])
    await expire(inbox)
    expect((await take(await join([inbox, outbox]))).topic).toBe(outbox)
  },
  async 'keeps what is younger than its retention'({ log, group }) {
    await log.append(inOnePartition(10))
    await log.trim(Date.now())
    expect(await log.lag(group, [inbox])).toBe(10)
  },
} satisfies Promises
