/** Members that read at the same time, each as fast as it can, and what they have seen together. */
import type { Batch, Member, NewRecord } from '@kanalblick/stream'
import { advanced, numbers } from './records.ts'

export interface Crew {
  /** How often each number was in a batch that a member moved past. */
  readonly seen: ReadonlyMap<number, number>
  enlist(member: Member): void
  /** Resolves once the members have seen `count` different numbers. */
  saw(count: number): Promise<void>
  /** Every member leaves. Rejects with whatever went wrong in one of them. */
  dismiss(): Promise<void>
}

/** `toOutputs` says what a member appends when it moves past a batch. */
export function gather(toOutputs: (batch: Batch) => readonly NewRecord[] = () => []): Crew {
  const seen = new Map<number, number>()
  const members: Member[] = []
  const work: Promise<void>[] = []
  const waiting = new Map<() => void, number>()

  const readOn = async (member: Member) => {
    for (let batch = await member.next(); batch; batch = await member.next()) {
      if (!(await advanced(member, batch, toOutputs(batch)))) continue
      for (const number of numbers(batch.records)) seen.set(number, (seen.get(number) ?? 0) + 1)
      for (const [resolve, count] of waiting) if (seen.size >= count) resolve()
    }
  }
  return {
    seen,
    enlist(member) {
      members.push(member)
      work.push(readOn(member))
    },
    saw: (count) =>
      new Promise((resolve, reject) => {
        if (seen.size >= count) return resolve()
        waiting.set(resolve, count)
        Promise.all(work).catch(reject)
      }),
    async dismiss() {
      await Promise.all(members.map((member) => member.close()))
      await Promise.all(work)
    },
  }
}
