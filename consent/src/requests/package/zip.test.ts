import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { SubjectRow } from '@kanalblick/stream'
import { describe, expect, test } from 'vitest'
import { given, order, storeOf } from './fixture.ts'
import { zipAccessPackage } from './zip.ts'

async function bytesOf(input = given()): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of zipAccessPackage(input).stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A person with many rows that hardly compress; counts how many were read. */
function person(rows: number) {
  const read = { rows: 0, closed: 0 }
  async function* all(): AsyncGenerator<SubjectRow, void> {
    try {
      for (let i = 0; i < rows; i++) {
        read.rows += 1
        yield { ...order, url_path: createHash('sha256').update(`${i}`).digest('base64') }
      }
    } finally {
      read.closed += 1
    }
  }
  return { read, input: given({ stores: [storeOf('events', [], { rows: all })] }) }
}

test('the same package gives the same bytes, in whatever time zone the machine is', async () => {
  const before = process.env['TZ']
  const bytes = await bytesOf()
  try {
    process.env['TZ'] = 'Pacific/Auckland'
    expect((await bytesOf()).equals(bytes)).toBe(true)
  } finally {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  }
})

test('the manifest is complete once the stream has ended', async () => {
  const { stream, manifest } = zipAccessPackage(given())
  expect(manifest().files).toEqual([])
  stream.resume()
  await new Promise((ended) => stream.once('end', ended))
  expect(manifest().files.map(({ path }) => path)).toHaveLength(10)
})

describe('rows pass through', () => {
  // Twice that many would still be little; all rows at once would be 200 000.
  const mostAtOnce = 10_000

  test.each([20_000, 200_000])('%i rows: never more than a few thousand between two reads', async (rows) => {
    const { read, input } = person(rows)
    let before = 0
    let most = 0
    for await (const _ of zipAccessPackage(input).stream) {
      most = Math.max(most, read.rows - before)
      before = read.rows
    }
    expect(read.rows).toBe(2 * rows)
    expect(most).toBeLessThan(mostAtOnce)
  })

  test('only as the consumer reads', async () => {
    const { read, input } = person(200_000)
    const { stream } = zipAccessPackage(input)
    const reader = stream[Symbol.asyncIterator]()
    await reader.next()
    for (let before = -1, quiet = 0; quiet < 1_000; quiet = before === read.rows ? quiet + 1 : 0) {
      before = read.rows
      await setImmediate()
    }
    expect(read.rows).toBeLessThan(mostAtOnce)
    await reader.return?.()
  })

  test('and are read no further when the consumer goes away', async () => {
    const { read, input } = person(200_000)
    const { stream } = zipAccessPackage(input)
    for await (const _ of stream) break
    await expect.poll(() => read.closed).toBe(1)
    expect(read.rows).toBeLessThan(mostAtOnce)
  })
})

test('fails with what a store fails with', async () => {
  async function* rows(): AsyncGenerator<SubjectRow, void> {
    yield order
    throw new Error('The store is gone.')
  }
  await expect(bytesOf(given({ stores: [storeOf('events', [], { rows })] }))).rejects.toThrow('The store is gone.')
})
