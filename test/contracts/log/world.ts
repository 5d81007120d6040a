/** What a case of the contract has at hand: one log of its own, and ways to do harm to it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Log, Member, TopicName } from '@kanalblick/stream'
import { type LogSpec, openLog } from './open.ts'
import { inbox } from './records.ts'

/** What an adapter brings along. */
export interface LogPlace {
  /** An empty log with four partitions. */
  readonly spec: LogSpec
  /** Makes all records of the topic older than its retention, and lets retention do its work. */
  expire(log: Log, topic: TopicName): Promise<void>
  remove(): Promise<void>
}

export interface World {
  /** A group that no other case uses. */
  readonly group: string
  readonly log: Log
  join(topics?: readonly TopicName[], group?: string): Promise<Member>
  /** Closes the log and opens it again. */
  reopen(): Promise<Log>
  /** Closes the log, lets a child process play a role in it until `enough` lines have come, kills it, and opens the log again. */
  killed(role: 'append' | 'copy' | 'hold', enough: (lines: readonly string[]) => boolean): Promise<string[]>
  expire(topic?: TopicName): Promise<void>
}

let worlds = 0

export async function inWorld(place: LogPlace, story: (world: World) => Promise<void>): Promise<void> {
  const group = `group-${process.pid}-${worlds++}`
  let log = await openLog(place.spec)
  const reopen = async () => {
    await log.close()
    log = await openLog(place.spec)
    return log
  }
  try {
    await story({
      group,
      reopen,
      get log() {
        return log
      },
      join: (topics = [inbox], name = group) => log.join(name, topics),
      expire: (topic = inbox) => place.expire(log, topic),
      async killed(role, enough) {
        await log.close()
        const lines = await playAndDie(place.spec, { role, group, enough })
        log = await openLog(place.spec)
        return lines
      },
    })
  } finally {
    await log.close()
    await place.remove()
  }
}

const child = fileURLToPath(new URL('../../dist/contracts/log/child.js', import.meta.url))
const root = fileURLToPath(new URL('../../../', import.meta.url))

interface Play {
  readonly role: string
  readonly group: string
  readonly enough: (lines: readonly string[]) => boolean
}

async function playAndDie(spec: LogSpec, { role, group, enough }: Play): Promise<string[]> {
  const player = spawn(process.execPath, [child, JSON.stringify(spec), role, group], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(player, 'exit')
  const lines: string[] = []
  for await (const line of createInterface(player.stdout)) {
    lines.push(line)
    if (enough(lines)) player.kill('SIGKILL')
  }
  const [code] = await ended
  if (code !== null) throw new Error(`The child process ended by itself with ${code}.`)
  return lines
}
