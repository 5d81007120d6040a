import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, topicsReadBy } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLags } from './lags.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
let folder: string
let log: Log
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kanalblick-lags-'))
  log = openEmbeddedLog({ path: join(folder, 'log.sqlite'), logger: silent })
})
afterEach(async () => {
  await log.close()
  await rm(folder, { recursive: true })
})

test('a record that a stage hands on while the lags are read is counted', async () => {
  await log.append([{ topic: 'events.collected.v1', key: 'a', value: Buffer.from('{}') }])
  const consent = await log.join('consent', topicsReadBy('consent'))
  const asked = {
    async lag(...[group, topics]: Parameters<Log['lag']>) {
      if (group === 'consent') {
        // Brokers take their time to answer, each their own.
        const batch = await consent.next()
        if (batch) await consent.advance(batch, [{ topic: 'events.consented.v1', key: 'a', value: Buffer.from('{}') }])
      }
      return log.lag(group, topics)
    },
  }
  expect(await readLags(asked)).toEqual({ consent: 0, transform: 1, warehouse: 0 })
})
