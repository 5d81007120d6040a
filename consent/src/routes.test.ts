import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFixture } from './fixture.ts'
import { consentRoutes } from './routes.ts'

const email = { kind: 'email', value: 'Erika@Example.com' } as const
const consent = {
  identifiers: [email, { kind: 'device', value: 'device-4711' }],
  decisions: [
    { purpose: 'web_analytics', state: 'granted' },
    { purpose: 'ad_measurement', state: 'denied' },
  ],
  notice: { version: '2026-01' },
  mechanism: 'toggle_save',
  language: 'de-DE',
  jurisdiction: 'DE',
  event_time: '2026-11-23T11:15:00+01:00',
}

let fixture: Awaited<ReturnType<typeof createFixture>>
let server: ReturnType<typeof Fastify>
const logged: unknown[] = []
beforeEach(async () => {
  fixture = await createFixture()
  server = Fastify()
  const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (...line: unknown[]) => void logged.push(line) }
  await server.register(
    consentRoutes({ ...fixture, findWriteKey: async (key) => (key === 'wk_1' ? { origins: ['https://shop.example'] } : undefined), logger }),
  )
})
afterEach(async () => {
  await server.close()
  await fixture.close()
})

const post = (payload: object, authorization = 'Bearer wk_1') => server.inject({ method: 'POST', url: '/v1/consents', payload, headers: { authorization } })

test('takes consents of pages from the origins of the key alone: a key lies open in a page', async () => {
  const from = async (origin: string) => {
    const response = await server.inject({ method: 'POST', url: '/v1/consents', payload: consent, headers: { authorization: 'Bearer wk_1', origin } })
    return response.statusCode
  }
  expect([await from('https://evil.example'), await from('null'), await from('https://shop.example')]).toEqual([403, 403, 201])
})

test('records the decisions for every identifier and answers with a receipt', async () => {
  const response = await post(consent)
  expect(response.statusCode).toBe(201)
  expect(response.json()).toMatchObject({
    record_id: expect.any(String),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    sequence: 1,
    records: [{ sequence: 1 }, { sequence: 2 }],
  })
  expect(response.body).not.toMatch(/erika|device-4711/i)
  const ref = fixture.refOf({ kind: 'email', value: 'erika@example.com' })
  const current = (await fixture.ledger.current([ref])).get(ref)
  expect([current?.get('web_analytics')?.state, current?.get('ad_measurement')?.state]).toEqual(['granted', 'denied'])
  expect(await fixture.db.selectFrom('consent_records').select('event_time').where('sequence', '=', 1).execute()).toEqual([
    { event_time: '2026-11-23T10:15:00.000Z' },
  ])
})

test('takes the write key from Basic too, and no other', async () => {
  expect((await post(consent, `Basic ${Buffer.from('wk_1:').toString('base64')}`)).statusCode).toBe(201)
  const refused = await post(consent, 'Bearer wk_2')
  expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer'])
  expect((await post(consent, '')).statusCode).toBe(401)
  expect(await fixture.ledger.verify()).toMatchObject({ records: 1 * 2 })
})

describe('refuses', () => {
  test.each([
    ['a ticked box that nobody ticked', { mechanism: 'implicit' }, 'mechanism'],
    ['no mechanism at all', { mechanism: undefined }, 'mechanism'],
    ['a purpose that does not exist', { decisions: [{ purpose: 'everything', state: 'granted' }] }, 'decisions.0.purpose'],
    ['a decision on what the law requires', { decisions: [{ purpose: 'legal_retention', state: 'denied' }] }, 'decisions'],
    ['two decisions on one purpose', { decisions: [consent.decisions[0], { purpose: 'web_analytics', state: 'denied' }] }, 'decisions'],
    ['nobody', { identifiers: [] }, 'identifiers'],
    ['no notice', { notice: {} }, 'notice.version'],
    ['no time', { event_time: 'yesterday' }, 'event_time'],
  ])('%s', async (_what, change, path) => {
    const response = await post({ ...consent, ...change })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: { code: 'CONSENT_INVALID', fields: [expect.objectContaining({ path })] } })
    expect(await fixture.ledger.verify()).toMatchObject({ records: 0 })
  })

  test('without quoting what was sent', async () => {
    const response = await post({
      ...consent,
      identifiers: [{ kind: 'erika@example.com', value: 'erika@example.com' }],
      mechanism: 'erika@example.com',
      language: 'erika@example.com',
    })
    expect(response.statusCode).toBe(400)
    expect(response.body).not.toContain('erika')
  })
})

test('asks to come again while the ledger is down, and logs nobody', async () => {
  await fixture.db.destroy()
  const response = await post(consent)
  expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5'])
  expect(response.json()).toMatchObject({ error: { code: 'LEDGER_UNAVAILABLE' } })
  expect(logged).toHaveLength(1)
  expect(JSON.stringify(logged)).not.toMatch(/erika|4711/i)
})

test('records a person as long as nobody has made sure that it was them who asked for erasure', async () => {
  await fixture.ledger.suppress([fixture.refOf(email)], 'request')
  expect((await post(consent)).statusCode).toBe(201)
  expect(await fixture.index.links([fixture.refOf(email)])).toHaveLength(1)
})

describe('a person who was erased', () => {
  const ref = () => fixture.refOf(email)
  const traces = async () => [
    ...(await fixture.index.links([ref()])),
    ...(await fixture.ledger.current([ref()])),
    ...(await fixture.db.selectFrom('consent_records').selectAll().where('subject_ref', '=', ref()).execute()),
  ]

  test('is not recorded again, nor is who is named with them', async () => {
    await fixture.ledger.suppress([ref()])
    const response = await post(consent)
    expect([response.statusCode, response.json()]).toMatchObject([409, { error: { code: 'SUBJECT_ERASED' } }])
    expect(response.body).not.toMatch(/erika|device-4711/i)
    expect([await traces(), await fixture.db.selectFrom('subject_links').selectAll().execute()]).toEqual([[], []])
    expect(await fixture.ledger.verify()).toMatchObject({ records: 0 })
  })

  test('leaves no trace either when the erasure overtakes the consent', async () => {
    const overtaken = Fastify()
    const append: typeof fixture.ledger.append = async (records) => {
      await fixture.index.forget([ref()])
      await fixture.ledger.erase([ref()])
      return fixture.ledger.append(records)
    }
    await overtaken.register(consentRoutes({ ...fixture, ledger: { ...fixture.ledger, append }, findWriteKey: async () => ({ origins: [] }) }))
    const response = await overtaken.inject({ method: 'POST', url: '/v1/consents', payload: consent, headers: { authorization: 'Bearer wk_1' } })
    expect(response.statusCode).toBe(409)
    expect(await traces()).toEqual([])
    expect(await fixture.ledger.verify()).toMatchObject({ intact: true })
    await overtaken.close()
  })
})

test('identifiers that come with one consent are linked', async () => {
  await post(consent)
  expect(await fixture.index.links([fixture.refOf(email)])).toEqual([
    { ref: fixture.refOf(email), kind: 'email', linkedRef: fixture.refOf({ kind: 'device', value: 'device-4711' }), linkedKind: 'device' },
  ])
})
