/** What the figures were measured on. The floor is what no pipeline in this language goes below: parse, write and authenticate an event. */
import { createHmac } from 'node:crypto'
import { cpus, totalmem } from 'node:os'
import { sampleEvents } from './sample-events.ts'
import { median, timed } from './statistics.ts'

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGiB: number
  readonly node: string
  /** `JSON.parse`, `JSON.stringify` and one HMAC-SHA-256 on events of 550 bytes, per second of processor time. */
  readonly floorEventsPerSecond: number
  /** Processor time over the clock's while the floor was measured: below 1 other programs held the core. */
  readonly shareOfOneCore: number
}

export async function describeMachine(): Promise<Machine> {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? '',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    ...(await measureFloor()),
  }
}

async function measureFloor(): Promise<Pick<Machine, 'floorEventsPerSecond' | 'shareOfOneCore'>> {
  const texts = sampleEvents(20_000).map((event) => JSON.stringify(event))
  const rounds: { readonly clockMs: number; readonly processorMs: number }[] = []
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage()
    const clockMs = await timed(() => texts.forEach(parseWriteSign))
    const { user, system } = process.cpuUsage(before)
    rounds.push({ clockMs, processorMs: (user + system) / 1000 })
  }
  const processorMs = median(rounds.map((round) => round.processorMs))
  const share = processorMs / median(rounds.map((round) => round.clockMs))
  return { floorEventsPerSecond: Math.round((texts.length / processorMs) * 1000), shareOfOneCore: Number(share.toFixed(2)) }
}

function parseWriteSign(text: string): void {
  createHmac('sha256', 'key')
    .update(JSON.stringify(JSON.parse(text)))
    .digest()
}
