import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@kanalblick/stream'
import { logContract } from './log.contract.ts'

logContract({
  name: 'embedded log',
  async place() {
    const directory = await mkdtemp(join(tmpdir(), 'kanalblick-log-'))
    return {
      spec: { adapter: 'embedded', path: join(directory, 'log.db') },
      expire: (log, topic) => log.trim(Date.now() + topics[topic].retentionMs + 1),
      remove: () => rm(directory, { recursive: true }),
    }
  },
})
