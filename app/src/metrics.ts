import type { IngestMetrics } from '@kanalblick/ingest'
import type { CountOutcome, RunMetrics } from '@kanalblick/stream'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** Counters for `/metrics` (Prometheus text format). Labels are closed lists: stages, outcomes, reasons. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'kanalblick_' })
  const outcomes = new Counter({
    name: 'kanalblick_outcomes_total',
    help: 'Events by stage, outcome and reason',
    labelNames: ['stage', 'outcome', 'reason'],
    registers: [registry],
  })
  const batches = new Histogram({ name: 'kanalblick_batch_seconds', help: 'Time to process one batch', labelNames: ['stage'], registers: [registry] })
  const records = new Counter({ name: 'kanalblick_records_total', help: 'Records read', labelNames: ['stage'], registers: [registry] })
  const retries = new Counter({
    name: 'kanalblick_batch_retries_total',
    help: 'Batches tried again after lost infrastructure',
    labelNames: ['stage'],
    registers: [registry],
  })
  const missed = new Counter({ name: 'kanalblick_records_missed_total', help: 'Records that expired unread', labelNames: ['stage'], registers: [registry] })
  const lag = new Gauge({ name: 'kanalblick_lag_records', help: 'Records a stage has still to read', labelNames: ['stage'], registers: [registry] })

  const count: CountOutcome = (stage, outcome, events) =>
    outcomes.inc({ stage, outcome: outcome.kind, reason: outcome.kind === 'keep' ? '' : outcome.reason }, events)
  const run: RunMetrics = {
    advanced: (stage, batch, durationMs) => {
      batches.observe({ stage }, durationMs / 1000)
      records.inc({ stage }, batch.records.length)
    },
    retried: (stage) => retries.inc({ stage }),
    missed: (stage, n) => missed.inc({ stage }, n),
  }
  const collected = new Counter({
    name: 'kanalblick_collected_total',
    help: 'Events by collector and result',
    labelNames: ['collector', 'result'],
    registers: [registry],
  })
  const ingest: IngestMetrics = {
    accepted: (collector, events) => collected.inc({ collector, result: 'accepted' }, events),
    malformed: (collector, events) => collected.inc({ collector, result: 'malformed' }, events),
    refused: (collector, code) => collected.inc({ collector, result: code }),
  }
  return { registry, count, run, ingest, setLag: (stage: string, n: number) => lag.set({ stage }, n) }
}
