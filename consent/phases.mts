import { connectLedger, createLedger, createVault, migrateLedger, openKeyring, createConsentStage, consentConfig } from '/work/main/consent/src/index.ts'
import { mkdtempSync } from 'node:fs'
import { randomUUID, randomBytes } from 'node:crypto'
const dir = mkdtempSync('/tmp/cb-')
const now = () => new Date()
const db = await connectLedger({ path: dir + '/l.sqlite' }); await migrateLedger(db)
const ledger = createLedger(db, { now, newId: randomUUID }), vault = createVault(db, { now })
const keyring = openKeyring({ directory: dir + '/keys', masterKey: randomBytes(32), now })
const stage = createConsentStage({ ledger, vault, keyring, config: consentConfig.parse({}), now, count: () => {}, logger: { info() {}, warn() {}, error() {}, debug() {} } })
const base = (i: number, type: string, data: object, ids: any[]) => ({ id: keyring.eventId('x', String(i)), version: 1, time: now().toISOString(), received_at: now().toISOString(), channel: 'web', channel_instance: 'web:1', schema_version: 1, collector: 'segment', type, identifiers: ids, consent: { purposes: { web_analytics: true }, origin: 'segment_context' }, context: { country: 'DE', device: { class: 'desktop', browser: 'Chrome', os: 'Windows' }, session_id: 's' + (i >> 3), referrer_host: 'www.google.de', utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'sommer_2026' }, data })
const enc = new TextEncoder()
const batchOf = (evs: any[]) => ({ topic: 'events.collected.v1', partition: 0, missed: 0, records: evs.map((e, i) => ({ offset: i, key: e.id, appendedAtMs: Date.now(), value: enc.encode(JSON.stringify(keyring.seal(e as any))) })) }) as any

import { prepareView } from '/work/main/consent/src/view.ts'
import { createConsentSteps } from '/work/main/consent/src/steps.ts'
import { settle, sealedEvent } from '@kanalblick/stream'
import { createHmac } from 'node:crypto'
const config = consentConfig.parse({})
const evs = Array.from({length: 20000}, (_, i) => base(i, 'page_viewed', { url_path: '/produkt/regal-' + (i % 500) }, [{ kind: 'device', value: 'dev-' + (i >> 3) }]))
const B = 1000
const batches = Array.from({length: 20}, (_, b) => batchOf(evs.slice(b*B, b*B+B)))
const steps = createConsentSteps(config)
const key = randomBytes(32)
const cpu = () => { const c = process.cpuUsage(); return (c.user + c.system) / 1000 }
for (let r = 0; r < 6; r++) {
  let t = cpu(); for (const e of evs) { const s = JSON.stringify(JSON.parse(JSON.stringify(e))); createHmac('sha256', key).update(e.id).digest() } const baseline = cpu() - t
  let views = []; t = cpu(); for (const b of batches) views.push(await prepareView(b, { ledger, vault, keyring, config, now })); const prep = cpu() - t
  for (let q = 0; q < 0; q++) batches.forEach((batch, i) => settle(batch, { stage: "consent", parse: v => sealedEvent.parse(v), apply: s => steps.apply(s, views[i]), book: "all", count: () => {}, now })); t = cpu(); batches.forEach((batch, i) => settle(batch, { stage: 'consent', parse: v => sealedEvent.parse(v), apply: s => steps.apply(s, views[i]), book: 'all', count: () => {}, now })); const st = cpu() - t
  t = cpu(); const sealed = batches.flatMap(b => b.records.map((r: any) => JSON.parse(new TextDecoder().decode(r.value)))); const parse = cpu() - t
  t = cpu(); for (const s of sealed) sealedEvent.parse(s); const zod = cpu() - t
  t = cpu(); for (const s of sealed) keyring.open(s); const open = cpu() - t
  const us = (ms: number) => (ms * 1000 / 20000).toFixed(1)
  console.log({ baseline: us(baseline), prep: us(prep), settle: us(st), parse: us(parse), zod: us(zod), open: us(open) })
}
await db.destroy()
