/** What the warehouse promises, on the embedded engine and on a server alike. */
import type { WarehouseOptions } from '@kanalblick/warehouse'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { auditing } from './warehouse/audit.ts'
import { corrections } from './warehouse/corrections.ts'
import { erasure } from './warehouse/erasure.ts'
import { migrations } from './warehouse/migrations.ts'
import { retention } from './warehouse/retention.ts'
import { rollups } from './warehouse/rollups.ts'
import { sink } from './warehouse/sink.ts'
import { subjects } from './warehouse/subjects.ts'
import { createWorld, type World } from './warehouse/world.ts'

const chapters: readonly ((world: World) => void)[] = [migrations, sink, rollups, corrections, retention, auditing, subjects, erasure]

export interface WarehousePlace {
  readonly name: string
  /** Where an empty warehouse can be opened; the same place each time. */
  prepare(): Promise<WarehouseOptions>
  dispose(): Promise<void>
}

export function warehouseContract(place: WarehousePlace): void {
  describe(`warehouse on ${place.name}`, () => {
    const world = createWorld()
    beforeAll(async () => world.open(await place.prepare()))
    beforeEach(() => world.empty())
    afterAll(async () => {
      await world.close()
      await place.dispose()
    })
    for (const chapter of chapters) chapter(world)
  })
}
