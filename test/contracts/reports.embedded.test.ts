import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectWarehouse, migrate } from '@kanalblick/warehouse'
import { afterAll } from 'vitest'
import { reportsContract } from './reports.contract.ts'
import { silent } from './reports-seed.ts'

const path = await mkdtemp(join(tmpdir(), 'reports-'))
const warehouse = await connectWarehouse({ path })

reportsContract('reports on the embedded engine', async () => {
  await migrate(warehouse, { logger: silent })
  return warehouse.client
})

afterAll(async () => {
  await warehouse.close()
  await rm(path, { recursive: true, force: true })
})
