import type { Batch, Member } from '@kanalblick/stream'
import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { gather } from './crew.ts'
import { advanced, ascending, distinct, failure, inbox, inOnePartition, numbered, numbers, outbox, read, take, toOutputs, upTo } from './records.ts'

/** Moves past batches until one of an odd partition comes: a second member would get those. */
async function takeOdd(member: Member): Promise<Batch> {
  for (;;) {
    const batch = await take(member)
    if (batch.partition % 2 === 1) return batch
    await member.advance(batch, [])
  }
}

export const sharing = {
  async 'gives every group every record'({ log, join, group }) {
    await log.append(numbered(40))
    for (const name of [`${group}-one`, `${group}-two`, `${group}-three`]) {
      expect(ascending(numbers(await read(await join([inbox], name), 40)))).toEqual(upTo(40))
    }
  },
  async 'keeps the positions of groups apart'({ log, join, group }) {
    await log.append(numbered(40))
    await read(await join([inbox], `${group}-quick`), 40)
    expect(await log.lag(`${group}-quick`, [inbox])).toBe(0)
    expect(await log.lag(group, [inbox])).toBe(40)
  },
  async 'gives a partition to one member at a time'({ log, join }) {
    const [one, two] = [await join(), await join()]
    await log.append(numbered(130))
    const [ofOne, ofTwo] = await Promise.all([take(one), take(two)])
    expect(ofOne.partition).not.toBe(ofTwo.partition)
  },
  async 'lets two members share the work, each record once'({ log, join }) {
    const crew = gather()
    for (const member of [await join(), await join()]) crew.enlist(member)
    await log.append(numbered(2000))
    await crew.saw(2000)
    await crew.dismiss()
    expect([...crew.seen.values()]).toEqual(Array(2000).fill(1))
  },
  async 'loses nothing when a third member joins in the middle'({ log, join, group }) {
    const crew = gather()
    for (const member of [await join(), await join()]) crew.enlist(member)
    await log.append(numbered(1000))
    await crew.saw(1)
    crew.enlist(await join())
    await log.append(numbered(1000, 1000))
    await crew.saw(2000)
    await crew.dismiss()
    expect(await log.lag(group, [inbox])).toBe(0)
  },
  async 'loses nothing when more members come than there are partitions'({ log, join, group }) {
    const crew = gather()
    for (const member of await Promise.all(upTo(6).map(() => join()))) crew.enlist(member)
    await log.append(numbered(500))
    await crew.saw(500)
    await crew.dismiss()
    expect(await log.lag(group, [inbox])).toBe(0)
  },
  async 'gives the partitions of a member that leaves to those that stay'({ log, join }) {
    const [leaving, staying] = [await join(), await join()]
    await log.append(numbered(130))
    await take(leaving)
    await leaving.close()
    expect(ascending(numbers(await read(staying, 130)))).toEqual(upTo(130))
  },
  async 'refuses to advance a batch whose member has left, and appends nothing'({ log, join, group }) {
    await log.append(numbered(130))
    const [leaving, staying] = [await join(), await join()]
    const batch = await take(leaving)
    await leaving.close()
    expect((await failure(leaving.advance(batch, toOutputs(batch)))).code).toBe('STALE_BATCH')
    expect(await log.lag(group, [outbox])).toBe(0)
    expect(ascending(numbers(await read(staying, 130)))).toEqual(upTo(130))
  },
  async 'refuses to advance a batch whose partition was dealt to another member, and appends nothing'({ log, join, group }) {
    await log.append(numbered(130))
    const slow = await join()
    const held = await takeOdd(slow)
    const crew = gather()
    const left = await log.lag(group, [inbox])
    crew.enlist(await join())
    expect((await failure(slow.advance(held, toOutputs(held)))).code).toBe('STALE_BATCH')
    expect(await log.lag(group, [outbox])).toBe(0)
    crew.enlist(slow)
    await crew.saw(left)
    await crew.dismiss()
  },
  async 'appends outputs once, though partitions are dealt anew while a member moves on'({ log, join, group }) {
    await log.append(numbered(130))
    const slow = await join()
    const held = await takeOdd(slow)
    const left = await log.lag(group, [inbox])
    const moving = advanced(slow, held, toOutputs(held))
    const crew = gather(toOutputs)
    crew.enlist(await join())
    const moved = (await moving) ? held.records.length : 0
    crew.enlist(slow)
    await crew.saw(left - moved)
    await crew.dismiss()
    expect(crew.seen.size).toBe(left - moved)
    expect(await log.lag(group, [outbox])).toBe(left)
  },
  async 'keeps or refuses a batch when partitions are dealt anew, and loses nothing either way'({ log, join, group }) {
    await log.append(numbered(130))
    const crew = gather()
    const slow = await join()
    const held = await take(slow)
    for (const member of await Promise.all(upTo(3).map(() => join()))) crew.enlist(member)
    const kept = (await advanced(slow, held)) ? held.records.length : 0
    crew.enlist(slow)
    await crew.saw(130 - kept)
    await crew.dismiss()
    expect(await log.lag(group, [inbox])).toBe(0)
  },
  async 'goes on with a member after others came and went'({ log, join }) {
    await log.append(inOnePartition(10))
    const member = await join()
    const held = await take(member)
    for (const _ of upTo(2)) await (await join()).close()
    const first = (await advanced(member, held)) ? held.records : await read(member, 10)
    await log.append(inOnePartition(10, 10))
    expect(distinct(numbers([...first, ...(await read(member, 10))]))).toEqual(upTo(20))
  },
} satisfies Promises
