/** Signal 9 at any moment of a running ingest, all stages in one process on the embedded stores. The long run: `bench/chaos`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/product.ts'
import { seeded } from './journal.ts'
import { killAtRandom } from './random-kills.ts'
import { embeddedScene } from './stages.ts'

describe('a process killed at random moments', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  test('loses and doubles nothing that a repeating client sends', { timeout: 600_000 }, async () => {
    const scene = await embeddedScene(folder.path, seeded(3))
    const toll = await killAtRandom(scene, { kills: 10, askedEvery: 5 })
    await scene.close()
    expect(toll.findings).toEqual([])
    expect(toll.kills).toEqual({ embedded: 10 })
    expect(toll.events).toBeGreaterThan(50)
  })
})
