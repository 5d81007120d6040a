/** What an operator meets: each fault a clear message and a non-zero exit, nothing lost. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectedNumbers, importOnlineRetail, onlineRetailMissing, onlineRetailNumbers } from '../support/online-retail.ts'
import { askKanalblick, runKanalblick, startKanalblick, temporaryFolder, until } from '../support/product.ts'
import { mountSmallDisk } from '../support/small-disk.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let data: string[]
beforeEach(async () => {
  folder = await temporaryFolder()
  data = ['--data', join(folder.path, 'data')]
})
afterEach(() => folder.remove())

const order = (id: number) => ({
  specversion: '1.0',
  id: `delivery-${id}`,
  source: 'test',
  type: 'order_placed',
  time: '2026-03-02T10:00:00Z',
  data: { order_id: `A-${id}`, currency: 'EUR', total_net_minor: 1000 + id, items: [{ sku: 'mug', quantity: 1, line_net_minor: 1000 + id }] },
})

async function createWriteKey(): Promise<string> {
  const { key } = await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'write', '--channel', 'shop', '--instance', 'shop:main', ...data])
  return key
}

const send = (url: string, key: string, events: readonly unknown[]) =>
  fetch(new URL('/v1/events', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  })

const revenue = async () => {
  const { rows } = await askKanalblick<{ rows: Record<string, unknown>[] }>([
    'query',
    '--metrics',
    'revenue_net,orders',
    '--from',
    '2026-03-01',
    '--to',
    '2026-03-31',
    ...data,
  ])
  return rows
}

describe('a running server', () => {
  test('answers with sums of what was sent, and keeps them over a graceful stop', async () => {
    const server = await startKanalblick(data)
    const key = await createWriteKey()
    expect(
      (
        await send(
          server.url,
          key,
          Array.from({ length: 50 }, (_, i) => order(i)),
        )
      ).status,
    ).toBeLessThan(300)
    const { code } = await server.stop()
    expect(code).toBe(0)
    const { clean } = await askKanalblick<{ clean: boolean }>(['audit', ...data])
    expect(clean).toBe(true)
  })

  test('loses nothing that it acknowledged when it is killed', async () => {
    const server = await startKanalblick(data)
    const key = await createWriteKey()
    expect(
      (
        await send(
          server.url,
          key,
          Array.from({ length: 500 }, (_, i) => order(i)),
        )
      ).ok,
    ).toBe(true)
    await server.kill()
    const again = await startKanalblick(data)
    const expected = (500 * 1000 + (499 * 500) / 2) / 100
    await until(async () => (await revenue())[0]?.['revenue_net'] === expected, 'the sums are complete')
    expect(await askKanalblick(['audit', ...data])).toMatchObject({ clean: true, totals: { accepted: 500, stored: 500 } })
    await again.stop()
  })

  test('tells whether it lives and what it has still to do', async () => {
    const server = await startKanalblick(data)
    expect(await (await fetch(new URL('/healthz', server.url))).json()).toEqual({ status: 'alive' })
    expect(await (await fetch(new URL('/readyz', server.url))).json()).toEqual({
      status: 'ready',
      roles: ['ingest', 'consent', 'transform', 'warehouse', 'reports', 'rights'],
    })
    const { key } = await askKanalblick<{ key: string }>(['keys', 'create', '--kind', 'read', ...data])
    const metrics = await fetch(new URL('/metrics', server.url), { headers: { authorization: `Bearer ${key}` } })
    expect(await metrics.text()).toContain('kanalblick_batch_seconds')
    await server.stop()
  })

  test('answers what it cannot read in its own words, without repeating it', async () => {
    const server = await startKanalblick(data)
    const key = await createWriteKey()
    const ask = (path: string, contentType: string, body: string) =>
      fetch(new URL(path, server.url), { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': contentType }, body })
    for (const [path, contentType, body, status] of [
      ['/v1/%ff-max@example.com', 'application/json', '{}', 400],
      ['/v1/consents', 'application/json', '{"max@example.com', 400],
      ['/v1/consents', 'application/json', '', 400],
      ['/v1/consents', 'text/xml', '<max@example.com/>', 415],
    ] as const) {
      const response = await ask(path, contentType, body)
      const text = await response.text()
      expect([path, response.status, (JSON.parse(text) as { error: { code: string } }).error.code]).toEqual([path, status, 'REQUEST_INVALID'])
      expect(text).not.toContain('max@')
    }
    await server.stop()
  })
})

describe('a fault is told with what happened, where and what to do', () => {
  async function refused(args: readonly string[], message: RegExp, env: Record<string, string> = {}) {
    const { code, stderr } = await runKanalblick(args, { env })
    expect(stderr).toMatch(message)
    expect(code).toBeGreaterThan(0)
  }

  test('a second process on one data directory', async () => {
    const server = await startKanalblick(data)
    await refused(['start', '--port', '0', ...data], /data directory .* is in use by another Kanalblick process \(pid \d+, http.*Stop it, or choose another/)
    await server.stop()
  })

  test('a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await until(() => other.listening, 'the other program listens')
    const { port } = other.address() as { port: number }
    await refused(['start', '--port', String(port), ...data], new RegExp(`Port ${port} on 127.0.0.1 is in use`))
    other.close()
  })

  test('a data directory that cannot be used', async () => {
    await writeFile(join(folder.path, 'data'), 'a file, not a folder')
    await refused(['start', '--port', '0', ...data], /data directory .* cannot be used .*choose another with --data/)
  })

  test('a master key, a ledger or a lock that is lost or damaged; none is made anew', async () => {
    await runKanalblick(['audit', ...data])
    const inData = (...parts: string[]) => join(folder.path, 'data', ...parts)
    const masterKey = await readFile(inData('keys', 'master.key'))
    await rm(inData('keys', 'master.key'))
    await refused(['audit', ...data], /master key .*master\.key is missing\. Restore it/)
    expect(existsSync(inData('keys', 'master.key'))).toBe(false)
    await writeFile(inData('keys', 'master.key'), 'abc')
    await refused(['audit', ...data], /master key .*master\.key is damaged\. Restore it/)
    await writeFile(inData('keys', 'master.key'), masterKey)
    await writeFile(inData('run', 'lock.sqlite'), 'no database'.repeat(500))
    await refused(['audit', ...data], /lock .*lock\.sqlite is damaged .*delete it/)
    await rm(inData('run', 'lock.sqlite'))
    // With its write-ahead log SQLite would mend it.
    for (const beside of ['ledger.sqlite-wal', 'ledger.sqlite-shm']) await rm(inData(beside), { force: true })
    await writeFile(inData('ledger.sqlite'), 'no database'.repeat(500))
    await refused(['audit', ...data], /ledger .*ledger\.sqlite cannot be opened .*restore it/)
  })

  test('a broken configuration, all its faults together', async () => {
    await mkdir(join(folder.path, 'data'))
    await writeFile(join(folder.path, 'data', 'kanalblick.yaml'), 'profile: galactic\nhttp: { port: seventy }\nspeed: 11\n')
    await refused(['check-config', ...data], /3 faults[^]*profile[^]*http\.port[^]*speed/)
    await refused(['start', ...data], /3 faults/)
  })

  test('a missing broker', async () => {
    const env = {
      KANALBLICK_PROFILE: 'scaled',
      KANALBLICK_KAFKA_BROKERS: '127.0.0.1:1',
      KANALBLICK_CLICKHOUSE_URL: 'http://127.0.0.1:2',
      KANALBLICK_POSTGRES_URL: 'postgres://127.0.0.1:3/none',
      KANALBLICK_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    }
    await refused(['start', '--stages', 'transform', '--port', '0', ...data], /127\.0\.0\.1:1/, env)
  })

  test('an unknown command, option or stage', async () => {
    await refused(['fly'], /no command "fly"/)
    await refused(['query', '--speed', '3'], /--speed/)
    await refused(['start', '--profile', 'scaled', '--stages', 'dance', ...data], /scaled|dance/)
  })

  test('a word or a format that a command does not know', async () => {
    const question = ['query', '--metrics', 'orders', '--from', '2026-01-01', '--to', '2026-01-31', ...data]
    await refused([...question, '--format', 'xml'], /--format must be csv or json/)
    await refused([...question, 'orders'], /"orders" is not expected here/)
  })

  test('a file that is no order file: no stack trace', async () => {
    const mapping = join(import.meta.dirname, '../../examples/online-retail/mapping.yaml')
    for (const [name, content, message] of [
      ['empty.csv', '', /^The file does not fit its mapping\. It is empty\.$/m],
      ['other.csv', 'a,b\n1,2\n', /^The file does not fit its mapping\. Its first line has no column InvoiceNo/m],
      ['damaged.csv.gz', 'a,b\n1,2\n', /gzip compression is broken or ends early/],
    ] as const) {
      await writeFile(join(folder.path, name), content)
      await refused(['import', join(folder.path, name), '--mapping', mapping, '--channel', 'shop', ...data], message)
    }
  })

  test('a mapping or a file that is not there', async () => {
    await refused(['import', 'missing.csv', '--mapping', 'missing.yaml', '--channel', 'shop', ...data], /mapping missing\.yaml cannot be read/)
  })
})

test('an import onto a full disk says so, and resumes once there is space', { timeout: 240_000 }, async (context) => {
  const path = join(folder.path, 'data')
  const disk = onlineRetailMissing ?? (await mountSmallDisk(path, 80))
  if (typeof disk === 'string') return context.skip(disk)
  try {
    const { code, stderr } = await runKanalblick([...importOnlineRetail, ...data])
    expect(stderr).toMatch(/disk.* is full.*Free space/s)
    expect(code).toBe(1)
    disk.grow('2g')
    await askKanalblick([...importOnlineRetail, ...data])
    expect(await onlineRetailNumbers(data)).toEqual(expectedNumbers)
    expect(await askKanalblick(['audit', ...data])).toMatchObject({ clean: true })
  } finally {
    disk.remove()
  }
})

test('a full disk is answered with 503, and what was acknowledged is there once space returns', { timeout: 180_000 }, async (context) => {
  const path = join(folder.path, 'data')
  const disk = await mountSmallDisk(path, 96)
  if (typeof disk === 'string') return context.skip(disk)
  try {
    const server = await startKanalblick(data)
    const key = await createWriteKey()
    const acknowledged: number[] = []
    expect((await send(server.url, key, [order(0)])).ok).toBe(true)
    acknowledged.push(0)
    disk.fill()
    let refusals = 0
    for (let id = 1; id <= 40; id++) {
      const response = await send(server.url, key, [
        {
          ...order(id),
          data: { ...order(id).data, items: Array.from({ length: 300 }, (_, line) => ({ sku: `sku-${line}`, quantity: 1, line_net_minor: 1 })) },
        },
      ])
      if (response.ok) acknowledged.push(id)
      else {
        expect(response.status).toBe(503)
        expect(response.headers.get('retry-after')).toBeTruthy()
        refusals += 1
      }
    }
    expect(refusals).toBeGreaterThan(0)
    await disk.free()
    expect((await send(server.url, key, [order(41)])).ok).toBe(true)
    acknowledged.push(41)
    const allCounted = async () => Number((await revenue())[0]?.['orders']) >= acknowledged.length
    await until(allCounted, 'all acknowledged orders are in the sums').catch(async (error: unknown) => {
      const { stdout, stderr } = await server.kill()
      throw new Error(`${String(error)} The server said last: ${stdout.slice(-4000)}${stderr.slice(-4000)}`, { cause: error })
    })
    expect(await askKanalblick(['audit', ...data])).toMatchObject({ clean: true })
    await server.stop()
  } finally {
    disk.remove()
  }
})
