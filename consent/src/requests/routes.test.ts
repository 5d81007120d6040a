import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { toNewRecords } from '@kanalblick/stream'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, order } from '../fixture.ts'
import { createRightsFixture } from './fixture.ts'
import { requestRoutes, type ShownRequest } from './routes.ts'

const email = { kind: 'email', value: 'Erika@Example.com' } as const
const identifiers = [email]

let fixture: Awaited<ReturnType<typeof createRightsFixture>>
let server: FastifyInstance
const logged: unknown[] = []
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (...line: unknown[]) => void logged.push(line) }
beforeEach(async () => {
  logged.length = 0
  fixture = await createRightsFixture()
  server = Fastify()
  await server.register(
    requestRoutes({
      rights: fixture.rights,
      authorize: async ({ headers }, reply) => (headers.authorization === 'Bearer pk_1' ? undefined : reply.status(401).send()),
      openPackage: async (id) => Readable.from([JSON.stringify((await fixture.rights.packageOf(id)).keys)]),
      logger,
    }),
  )
})
afterEach(async () => {
  await server.close()
  await fixture.close()
})

const authorization = 'Bearer pk_1'
const post = (path: string, payload: object = {}) => server.inject({ method: 'POST', url: `/v1/requests${path}`, payload, headers: { authorization } })
const get = (path: string) => server.inject({ method: 'GET', url: `/v1/requests${path}`, headers: { authorization } })
const shown = async (id: string) => (await get(`/${id}`)).json<ShownRequest>()
const open = async (body: object) => (await post('', { identifiers, ...body })).json<ShownRequest>()
const answer = async (response: ReturnType<typeof post>) => {
  const { statusCode, body } = await response
  return [statusCode, (JSON.parse(body) as { code?: string; error?: { code: string } | string }).code]
}

async function ended(id: string): Promise<ShownRequest> {
  for (;;) {
    const request = await shown(id)
    if (request.status !== 'in_progress') return request
    await turn()
  }
}

describe('a request', () => {
  test('without verification waits for one, and is due in a month', async () => {
    const response = await post('', { type: 'erasure', identifiers })
    expect(response.statusCode).toBe(201)
    expect(response.json()).toEqual({
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'erasure',
      status: 'in_progress',
      reason: 'need_user_verification',
      received_at: '2026-11-23T10:15:30.500Z',
      expected_by: '2026-12-23T10:15:30.500Z',
      updated_at: '2026-11-23T10:15:30.500Z',
      verification: null,
      proof: null,
    })
    await fixture.rights.resume()
    const { request_id } = response.json<ShownRequest>()
    expect(await shown(request_id)).toEqual(response.json())
    expect(await fixture.ledger.suppressed([fixture.refOf(email)])).toEqual(new Map())
  })

  test('is carried out once it is verified', async () => {
    for (const type of ['access', 'erasure'] as const) {
      const { request_id } = await open({ type })
      expect((await post(`/${request_id}/verification`, { verification: 'signed_link' })).statusCode).toBe(200)
      expect(await ended(request_id)).toMatchObject({ type, status: 'fulfilled', reason: null, verification: 'signed_link' })
    }
  })

  test('for access is answered with what was found and where the package is', async () => {
    await fixture.decide(email, { web_analytics: 'granted' })
    const { request_id } = await open({ type: 'access', verification: 'signed_in' })
    const request = await ended(request_id)
    expect(request).toMatchObject({ status: 'fulfilled', verification: 'signed_in', results_url: `/v1/requests/${request_id}/package` })
    expect(request.proof?.identifiers).toEqual({ email: 1 })
    expect(request.proof?.found).toContainEqual({ store: 'consent_current', holdings: [{ what: 'current_decisions', rows: 1, onErasure: 'delete' }] })
    const response = await get(`/${request_id}/package`)
    expect(response.statusCode).toBe(200)
    expect(response.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="access-${request_id}.zip"`,
    })
    expect(response.json()).toMatchObject({ refs: [fixture.refOf(email)] })
  })

  test('for erasure leaves the proof and nobody’s name', async () => {
    await fixture.decide(email, { web_analytics: 'granted' })
    const { request_id } = await open({ type: 'erasure', verification: 'operator' })
    const request = await ended(request_id)
    expect(request).toMatchObject({ status: 'fulfilled', proof: { identifiers: { email: 1 }, remaining: 0, verifiedAt: fixture.now().toISOString() } })
    expect(request).not.toHaveProperty('results_url')
    expect(await fixture.ledger.current([fixture.refOf(email)])).toEqual(new Map())
    expect(await fixture.ledger.suppressed([fixture.refOf(email)])).toEqual(new Map([[fixture.refOf(email), null]]))
    expect(await fixture.register.find(request_id)).toMatchObject({ subject: null, plan: null })
  })

  test('is denied for a reason of the protocol, or taken back, and names nobody any more', async () => {
    const [denied, revoked] = [await open({ type: 'erasure' }), await open({ type: 'access' })]
    expect((await post(`/${denied.request_id}/denial`, { reason: 'suspected_fraud' })).json()).toMatchObject({ status: 'denied', reason: 'suspected_fraud' })
    expect((await post(`/${revoked.request_id}/revocation`)).json()).toMatchObject({ status: 'revoked', reason: null })
    for (const { request_id } of [denied, revoked]) expect((await fixture.register.find(request_id))?.subject).toBeNull()
  })

  test('that has ended stays as it is', async () => {
    const [denied, revoked, fulfilled] = [
      await open({ type: 'access' }),
      await open({ type: 'erasure' }),
      await open({ type: 'erasure', verification: 'other' }),
    ]
    await post(`/${denied.request_id}/denial`, { reason: 'no_match' })
    await post(`/${revoked.request_id}/revocation`)
    await ended(fulfilled.request_id)
    for (const { request_id } of [denied, revoked, fulfilled]) {
      const before = await shown(request_id)
      expect(await answer(post(`/${request_id}/verification`, { verification: 'operator' }))).toEqual([409, 'REQUEST_ENDED'])
      expect(await answer(post(`/${request_id}/denial`, { reason: 'other' }))).toEqual([409, 'REQUEST_ENDED'])
      expect(await answer(post(`/${request_id}/revocation`))).toEqual([409, 'REQUEST_ENDED'])
      expect(await shown(request_id)).toEqual(before)
    }
  })

  test('for erasure that is under way cannot be taken back', async () => {
    await fixture.log.append(toNewRecords([{ topic: 'events.collected.v1', key: 'a', value: fixture.sealAlone(collected()) }]))
    const { request_id } = await open({ type: 'erasure', verification: 'operator' })
    expect(await answer(post(`/${request_id}/revocation`))).toEqual([409, 'REQUEST_UNDER_WAY'])
    expect(await answer(post(`/${request_id}/denial`, { reason: 'other' }))).toEqual([409, 'REQUEST_UNDER_WAY'])
    expect(await shown(request_id)).toMatchObject({ status: 'in_progress', reason: null })
    await fixture.passAll('consent')
    expect(await ended(request_id)).toMatchObject({ status: 'fulfilled' })
  })

  test('that nobody made is not found', async () => {
    for (const path of ['/nobody', '/nobody/package']) expect(await answer(get(path))).toEqual([404, 'REQUEST_UNKNOWN'])
    expect(await answer(post('/nobody/verification', { verification: 'operator' }))).toEqual([404, 'REQUEST_UNKNOWN'])
    expect(await answer(post('/nobody/denial', { reason: 'other' }))).toEqual([404, 'REQUEST_UNKNOWN'])
    expect(await answer(post('/nobody/revocation'))).toEqual([404, 'REQUEST_UNKNOWN'])
  })
})

describe('the package', () => {
  const dayMs = 86_400_000

  test('is there for fulfilled access requests alone', async () => {
    const [waiting, revoked] = [await open({ type: 'access' }), await open({ type: 'access' })]
    await post(`/${revoked.request_id}/revocation`)
    const erasure = await open({ type: 'erasure', verification: 'operator' })
    await ended(erasure.request_id)
    for (const { request_id } of [waiting, revoked, erasure]) {
      const response = await get(`/${request_id}/package`)
      expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([409, 'PACKAGE_NOT_READY'])
      expect(response.headers['content-type']).toContain('application/json')
      expect(response.headers).not.toHaveProperty('content-disposition')
    }
  })

  test('can be fetched for thirty days, and is gone then', async () => {
    const { request_id } = await open({ type: 'access', verification: 'operator' })
    await ended(request_id)
    fixture.clock.ms += 30 * dayMs
    await fixture.rights.forgetEnded()
    expect((await get(`/${request_id}/package`)).statusCode).toBe(200)
    fixture.clock.ms += 1
    await fixture.rights.forgetEnded()
    expect(await answer(get(`/${request_id}/package`))).toEqual([410, 'PACKAGE_GONE'])
  })
})

test('requests are listed, the newest first', async () => {
  const first = await open({ type: 'access' })
  fixture.clock.ms += 1
  const second = await open({ type: 'erasure' })
  const { requests } = (await get('')).json<{ requests: ShownRequest[] }>()
  expect(requests).toEqual([second, first])
})

test('a preview tells what is held and what an erasure would do with it, and changes nothing', async () => {
  await fixture.decide(email, { web_analytics: 'granted' })
  await fixture.process(
    order({ identifiers: [email, { kind: 'device', value: 'd-1' }] }),
    order({
      identifiers: [
        { kind: 'customer', value: 'C-1' },
        { kind: 'device', value: 'd-1' },
      ],
    }),
  )
  const before = await Promise.all(
    ['subject_requests', 'suppressed_subjects'].map((table) =>
      fixture.db
        .selectFrom(table as 'subject_requests')
        .selectAll()
        .execute(),
    ),
  )
  const preview = (await post('/preview', { identifiers })).json<{ found: { store: string; holdings: unknown[] }[] }>()
  expect(preview).toMatchObject({ identifiers: { email: 1 }, ambiguous: ['device'] })
  expect(preview.found.find(({ store }) => store === 'consent_records')?.holdings).toEqual([
    { what: 'decisions', rows: 1, onErasure: 'mask', reason: 'proof_of_consent' },
  ])
  expect(before).toEqual([[], []])
  for (const table of ['subject_requests', 'suppressed_subjects'] as const) expect(await fixture.db.selectFrom(table).selectAll().execute()).toEqual([])
})

describe('refuses', () => {
  const secret = 'erika@example.com'

  test.each([
    ['an unknown type', '', { type: secret, identifiers }, 'type'],
    ['nobody', '', { type: 'access', identifiers: [] }, 'identifiers'],
    ['more identifiers than a person has', '', { type: 'access', identifiers: Array.from({ length: 11 }, () => email) }, 'identifiers'],
    ['an unknown kind of identifier', '', { type: 'access', identifiers: [{ kind: secret, value: secret }] }, 'identifiers.0.kind'],
    ['an empty identifier', '', { type: 'access', identifiers: [{ kind: 'email', value: ' ' }] }, 'identifiers.0.value'],
    ['an endless identifier', '', { type: 'access', identifiers: [{ kind: 'email', value: secret.repeat(20) }] }, 'identifiers.0.value'],
    ['an unknown verification', '', { type: 'access', identifiers, verification: secret }, 'verification'],
    ['what it does not know', '', { type: 'access', identifiers, [secret]: secret }, ''],
    ['a preview of nobody', '/preview', { identifiers: [] }, 'identifiers'],
    ['a verification without a way', '/ID/verification', {}, 'verification'],
    ['a verification by an unknown way', '/ID/verification', { verification: secret }, 'verification'],
    ['a denial without a reason', '/ID/denial', {}, 'reason'],
    ['a denial for a reason that the protocol does not know', '/ID/denial', { reason: secret }, 'reason'],
  ])('%s, and does not quote it', async (_what, path, body, field) => {
    const { request_id } = await open({ type: 'access' })
    const response = await post(path.replace('ID', request_id), body)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: { code: 'REQUEST_INVALID', fields: expect.arrayContaining([expect.objectContaining({ path: field })]) } })
    expect(response.body).not.toContain('erika')
    expect(await fixture.register.list()).toHaveLength(1)
    expect((await shown(request_id)).reason).toBe('need_user_verification')
  })

  test('whoever may not act for persons', async () => {
    const response = await server.inject({ method: 'POST', url: '/v1/requests', payload: { type: 'access', identifiers } })
    expect([response.statusCode, await fixture.register.list()]).toEqual([401, []])
  })
})
