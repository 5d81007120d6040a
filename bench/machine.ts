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
  /** `JSON.parse`, `JSON.stringify` and one HMAC-SHA-256 on events of 550 bytes, on one core. */
  readonly floorEventsPerSecond: number
}

export async function describeMachine(): Promise<Machine> {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? '',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    floorEventsPerSecond: await measureFloor(),
  }
}

async function measureFloor(): Promise<number> {
  const texts = sampleEvents(20_000).map((event) => JSON.stringify(event))
  const rounds: number[] = []
  for (let round = 0; round < 5; round++) rounds.push(await timed(() => texts.forEach(parseWriteSign)))
  return Math.round((texts.length / median(rounds)) * 1000)
}

function parseWriteSign(text: string): void {
  createHmac('sha256', 'key')
    .update(JSON.stringify(JSON.parse(text)))
    .digest()
}
