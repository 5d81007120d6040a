import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { warehouseContract } from './warehouse.contract.ts'

let directory = ''

warehouseContract({
  name: 'the embedded engine',
  async prepare() {
    directory = await mkdtemp(join(tmpdir(), 'warehouse-'))
    return { path: join(directory, 'warehouse') }
  },
  async dispose() {
    await rm(directory, { recursive: true, force: true })
  },
})
