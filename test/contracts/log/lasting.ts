import type { Log, Member } from '@kanalblick/stream'
import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { advanced, ascending, distinct, inbox, numbered, numbers, outbox, pass, read, record, take, toOutputs, upTo } from './records.ts'

/** Numbers in values so large that every partition holds several batches. */
const bulky = (count: number) => upTo(count).map((i) => record(`key ${i % 13}`, String(i).padEnd(50_000)))

async function readAll(log: Log, member: Member, group: string): Promise<number[]> {
  return numbers(await read(member, await log.lag(group, [inbox])))
}

async function copyRest(log: Log, member: Member, group: string): Promise<void> {
  while ((await log.lag(group, [inbox])) > 0) {
    const batch = await take(member)
    await advanced(member, batch, toOutputs(batch))
  }
}

export const lasting = {
  async 'has every record again after it was closed and opened'({ log, join, reopen }) {
    await log.append(numbered(100))
    await reopen()
    expect(ascending(numbers(await read(await join(), 100)))).toEqual(upTo(100))
  },
  async 'goes on where a group stood when it was closed'({ log, join, reopen, group }) {
    await log.append(numbered(130))
    const { records } = await pass(await join())
    const reopened = await reopen()
    expect(await reopened.lag(group, [inbox])).toBe(130 - records.length)
    const rest = await read(await join(), 130 - records.length)
    expect(ascending(numbers([...records, ...rest]))).toEqual(upTo(130))
  },
  async 'numbers on after it was closed and opened'({ log, join, reopen }) {
    await log.append(numbered(130))
    await (await reopen()).append(numbered(130, 130))
    const member = await join()
    const offsets = new Map<number, number[]>()
    for (let seen = 0; seen < 260; ) {
      const { partition, records } = await pass(member)
      offsets.set(partition, [...(offsets.get(partition) ?? []), ...records.map(({ offset }) => offset)])
      seen += records.length
    }
    for (const found of offsets.values()) expect(found).toEqual(upTo(found.length))
  },
  async 'hands a batch out again that was in hand when the log was closed'({ log, join, reopen }) {
    await log.append(numbered(1))
    await take(await join())
    await reopen()
    expect(numbers((await take(await join())).records)).toEqual([0])
  },
  async 'has every acknowledged record after its process was killed'(world) {
    const acknowledged = await world.killed('append', (lines) => lines.length >= 200)
    const found = distinct(await readAll(world.log, await world.join(), world.group))
    expect(found.slice(0, acknowledged.length)).toEqual(upTo(acknowledged.length))
  },
  async 'loses nothing of a chain whose process is killed again and again'(world) {
    await world.log.append(bulky(800))
    for (const _ of upTo(2)) await world.killed('copy', (lines) => lines.length >= 2)
    await copyRest(world.log, await world.join(), world.group)
    const reader = `${world.group}-reader`
    const copies = await read(await world.join([outbox], reader), await world.log.lag(reader, [outbox]))
    expect(distinct(numbers(copies))).toEqual(upTo(800))
  },
  async 'appends outputs and moves on in one step, even when its process is killed'(world) {
    await world.log.append(bulky(800))
    for (const _ of upTo(2)) {
      await world.killed('copy', (lines) => lines.length >= 2)
      expect(await world.log.lag(world.group, [inbox, outbox])).toBe(800)
    }
  },
  async 'gives the batch of a killed member to another'({ log, killed, join }) {
    await log.append(numbered(130))
    await killed('hold', (lines) => lines.length > 0)
    expect(distinct(numbers(await read(await join(), 130)))).toEqual(upTo(130))
  },
} satisfies Promises
