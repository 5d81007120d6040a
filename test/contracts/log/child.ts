/** A process for the contract to kill: `child.ts SPEC ROLE GROUP`. It prints a line for everything that the log acknowledged. */
import type { LogSpec } from './open.ts'
import { openLog } from './open.ts'
import { inbox, numbered, toOutputs } from './records.ts'

const [spec = '', role = '', group = ''] = process.argv.slice(2)
process.stdin.resume().once('end', () => process.exit())

const log = await openLog(JSON.parse(spec) as LogSpec)
const say = (line: string) => process.stdout.write(`${line}\n`)

const roles: Record<string, () => Promise<void>> = {
  /** Appends one record after the other; the line is the number it has reached. */
  async append() {
    for (let i = 0; ; i++) {
      await log.append(numbered(1, i))
      say(String(i))
    }
  },
  /** Copies the inbox to the outbox. */
  async copy() {
    const member = await log.join(group, [inbox])
    for (;;) {
      const batch = await member.next()
      if (!batch) return
      await member.advance(batch, toOutputs(batch))
      say(`copied ${batch.records.length}`)
    }
  },
  /** Takes a batch and keeps it. */
  async hold() {
    const member = await log.join(group, [inbox])
    const batch = await member.next()
    say(`holds ${batch?.records.length}`)
  },
}
await roles[role]?.()
