import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogPlace, partitionOf, topics } from '@kanalblick/stream'
import { openEmbeddedLog } from '@kanalblick/stream/embedded'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silent } from './log/open.ts'
import { failure, inbox, inOnePartition, numbered, numbers, outbox, read, record, take, toOutputs, upTo } from './log/records.ts'
import { logContract } from './log.contract.ts'

const temporary = () => mkdtemp(join(tmpdir(), 'kanalblick-log-'))

logContract({
  name: 'embedded log',
  async place() {
    const directory = await temporary()
    return {
      spec: { adapter: 'embedded', path: join(directory, 'log.db') },
      expire: (log, topic) => log.trim(Date.now() + topics[topic].retentionMs + 1),
      remove: () => rm(directory, { recursive: true }),
    }
  },
})

describe('embedded log: its file', () => {
  let directory: string
  let path: string
  beforeEach(async () => {
    directory = await temporary()
    path = join(directory, 'log.db')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const open = (options = {}) => openEmbeddedLog({ path, logger: silent, ...options })
  const opening = (options = {}) => failure(Promise.resolve().then(() => open(options)))
  const bytes = async () => Buffer.concat(await Promise.all((await readdir(directory)).map((name) => readFile(join(directory, name)))))

  test('belongs to the first that opens it', async () => {
    const log = open()
    expect(await opening()).toMatchObject({ code: 'LOG_IN_USE', message: expect.stringContaining(path) })
    await log.close()
    await open().close()
  })

  test('belongs to one process', async () => {
    const log = open()
    const intruder = `
      const { openEmbeddedLog } = await import('@kanalblick/stream/embedded')
      try { openEmbeddedLog({ path: ${JSON.stringify(path)}, logger: console }); console.log('opened') } catch ({ code }) { console.log(code) }`
    const argv = ['--input-type=module', '--eval', intruder]
    expect(execFileSync(process.execPath, argv, { encoding: 'utf8', cwd: import.meta.dirname }).trim()).toBe('LOG_IN_USE')
    await log.close()
  })

  test('can be read by its owner alone', async () => {
    await open().close()
    expect((await stat(path)).mode & 0o077).toBe(0)
  })

  test('is refused, with its name, where no file can be', async () => {
    await writeFile(join(directory, 'file'), '')
    const below = join(directory, 'file', 'log.db')
    expect(await opening({ path: below })).toMatchObject({ code: 'LOG_UNREADABLE', message: expect.stringContaining(below) })
    expect(await opening({ path: directory })).toMatchObject({ code: 'LOG_UNREADABLE' })
  })

  test('is refused when it is no log, and left alone', async () => {
    const letter = 'Dear reader, this is not a log.\n'.repeat(100)
    await writeFile(path, letter)
    expect(await opening()).toMatchObject({ code: 'LOG_UNREADABLE' })
    expect(await readFile(path, 'utf8')).toBe(letter)
  })

  test('keeps the number of partitions it was made with', async () => {
    await open({ partitions: 3 }).close()
    expect(await opening({ partitions: 5 })).toMatchObject({ code: 'LOG_PARTITIONS', message: expect.stringContaining('3') })
    const log = open()
    await log.append(numbered(130))
    expect(await log.lag('group', [inbox])).toBe(130)
    await log.close()
  })

  test.each([0, 32, 1.5, -1])('is not made with %d partitions', async (partitions) => {
    expect(await opening({ partitions })).toMatchObject({ code: 'LOG_PARTITIONS' })
  })

  test('takes as many partitions as ids allow', async () => {
    const log = open({ partitions: 31 })
    await log.append(upTo(1000).map((i) => record(`key ${i}`, String(i))))
    const found = await read(await log.join('group', [inbox]), 1000)
    expect(new Set(numbers(found))).toEqual(new Set(upTo(1000)))
    await log.close()
  })

  test('holds no byte of a record that expired, while the log is open', async () => {
    const log = open()
    await log.append(upTo(500).map((i) => record(`key ${i}`, `canary-${i} `.repeat(i))))
    await log.append([record('kept', 'survivor', outbox)])
    expect((await bytes()).includes('canary-499')).toBe(true)
    await log.trim(Date.now() + topics[inbox].retentionMs + 1)
    const left = await bytes()
    expect(left.includes('canary')).toBe(false)
    expect(left.includes('survivor')).toBe(true)
    await log.close()
  })

  test('holds no byte of a record that was erased, and every byte of its neighbours', async () => {
    const log = open()
    const sizes = upTo(500).map((i) => (i * 37) % 9000)
    await log.append(sizes.map((size, i) => record(`key ${i}`, i % 3 === 0 ? `canary-${i} `.repeat(size / 9 + 1) : `neighbour-${i} `.repeat(size / 9 + 1))))
    const neighbours = (await bytes()).toString('latin1').match(/neighbour-\d+ /g)?.length
    const canaries: LogPlace[] = []
    for await (const { topic, partition, records } of log.scan(inbox))
      for (const { offset, value } of records) if (Buffer.from(value).includes('canary')) canaries.push({ topic, partition, offset })
    expect(canaries).toHaveLength(167)
    await log.erase(canaries)
    const left = (await bytes()).toString('latin1')
    expect(left.includes('canary')).toBe(false)
    const texts: string[] = []
    for await (const { records } of log.scan(inbox)) texts.push(...records.map(({ value }) => Buffer.from(value).toString()))
    expect(texts.toSorted()).toEqual(sizes.flatMap((size, i) => (i % 3 === 0 ? [] : [`neighbour-${i} `.repeat(size / 9 + 1)])).toSorted())
    expect(neighbours).toBeGreaterThan(0)
    await log.close()
  })

  test('shrinks when records expire', async () => {
    const log = open()
    await log.append(upTo(100).map((i) => record(`key ${i}`, Buffer.alloc(100_000, i))))
    const full = (await bytes()).byteLength
    await log.trim(Date.now() + topics[inbox].retentionMs + 1)
    expect((await bytes()).byteLength).toBeLessThan(full / 20)
    await log.close()
  })

  test('removes only from the old end, even when the clock was set back', async () => {
    let nowMs = 1_000_000_000_000
    const log = open({ now: () => nowMs })
    for (const [i, skew] of [0, 3_600_000, -3_600_000].entries()) {
      nowMs += skew
      await log.append(inOnePartition(1, i))
    }
    await log.trim(1_000_000_000_000 + topics[inbox].retentionMs + 1)
    expect(numbers(await read(await log.join('group', [inbox]), 2))).toEqual([1, 2])
    await log.close()
  })

  test('goes on in the middle of records that were appended together', async () => {
    const log = open()
    await log.append(inOnePartition(1))
    await log.append(inOnePartition(1200, 1))
    const member = await log.join('group', [inbox])
    const found = await read(member, 1201)
    expect(numbers(found)).toEqual(upTo(1201))
    const places = found.slice(300, 900).map(({ offset }): LogPlace => ({ topic: inbox, partition: partitionOf('key', log.partitions(inbox)), offset }))
    expect(log.canErase).toBe(true)
    await log.erase(places)
    const left: number[] = []
    for await (const { records } of log.scan(inbox)) left.push(...numbers(records))
    expect(left).toEqual([...upTo(300), ...upTo(301).map((n) => n + 900)])
    await log.close()
  })

  test('trims while others append and read', async () => {
    const log = open()
    await log.append(numbered(20_000))
    const trimming = log.trim(Date.now() + topics[inbox].retentionMs + 1)
    const member = await log.join('group', [outbox])
    await log.append(upTo(100).map((i) => record('key', String(i), outbox)))
    expect(numbers(await read(member, 100))).toEqual(upTo(100))
    await trimming
    expect(await log.lag('group', [inbox])).toBe(0)
    await log.close()
  })
})

describe('embedded log: a full disk', () => {
  const mountable = canMount()

  test.skipIf(!mountable)('refuses with a code, keeps what it has, and goes on once there is space', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'kanalblick-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
    try {
      const ballast = join(disk, 'ballast')
      await writeFile(ballast, Buffer.alloc(1_000_000))
      const log = openEmbeddedLog({ path: join(disk, 'log.db'), logger: silent })
      const member = await log.join('group', [inbox])
      let kept = 0
      const appendUntilFull = async () => {
        for (; ; kept += 10) await log.append(upTo(10).map((i) => record(`key ${i}`, String(kept + i).padEnd(9000))))
      }
      expect(await failure(appendUntilFull())).toMatchObject({ code: 'LOG_DISK_FULL' })
      expect(await log.lag('group', [inbox])).toBe(kept)

      const batch = await take(member)
      expect(await failure(member.advance(batch, [record('large', Buffer.alloc(1_000_000), outbox)]))).toMatchObject({ code: 'LOG_DISK_FULL' })
      expect(await log.lag('group', [inbox, outbox])).toBe(kept)

      await rm(ballast)
      await log.append([record('more', String(kept))])
      await member.advance(batch, toOutputs(batch).slice(0, 1))
      const rest = await read(member, kept + 1 - batch.records.length)
      expect(new Set(numbers([...batch.records, ...rest]))).toEqual(new Set(upTo(kept + 1)))
      await log.close()
    } finally {
      execFileSync('umount', ['--lazy', disk])
      await rm(disk, { recursive: true })
    }
  })
  if (!mountable) test.skip('[needs the right to mount a small file system: run as root on Linux]')
})

function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return process.getuid?.() === 0
  } catch {
    return false
  }
}
