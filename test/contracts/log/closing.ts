import { expect } from 'vitest'
import type { Promises } from '../log.contract.ts'
import { failure, inbox, numbered, numbers, read, record, take, upTo } from './records.ts'

export const closing = {
  async 'ends the wait of a member that leaves'({ join }) {
    const member = await join()
    const next = member.next()
    await member.close()
    expect(await next).toBeUndefined()
  },
  async 'ends every wait when the log is closed'({ log, join, group }) {
    const waits = [(await join()).next(), (await join([inbox], `${group}-other`)).next()]
    await log.close()
    expect(await Promise.all(waits)).toEqual([undefined, undefined])
  },
  async 'has nothing more for a member that left'({ log, join }) {
    const member = await join()
    await member.close()
    await log.append(numbered(10))
    expect(await member.next()).toBeUndefined()
  },
  async 'lets a member leave twice'({ join }) {
    const member = await join()
    await member.close()
    await member.close()
  },
  async 'gives a batch in hand to the next member'({ log, join }) {
    await log.append([record('held')])
    const leaving = await join()
    const batch = await take(leaving)
    await leaving.close()
    expect((await take(await join())).records).toEqual(batch.records)
  },
  async 'refuses to append once it is closed'({ log }) {
    await log.close()
    expect((await failure(log.append([record('late')]))).code).toBe('LOG_CLOSED')
  },
  async 'refuses new members once it is closed'({ log, join }) {
    await log.close()
    expect((await failure(join())).code).toBe('LOG_CLOSED')
  },
  async 'refuses to tell the lag once it is closed'({ log, group }) {
    await log.close()
    expect((await failure(log.lag(group, [inbox]))).code).toBe('LOG_CLOSED')
  },
  async 'may be closed twice'({ log }) {
    await log.close()
    await log.close()
  },
  async 'finishes the appends that were under way when it was closed'({ log, join, reopen }) {
    const appends = Promise.all(numbered(100).map((record) => log.append([record])))
    await reopen()
    await appends
    expect(new Set(numbers(await read(await join(), 100)))).toEqual(new Set(upTo(100)))
  },
} satisfies Promises
