/** The `ingest` part of the configuration. */
import { z } from 'zod'

export const ingestConfig = z.strictObject({
  /** Of one request, as it comes over the wire. */
  bodyBytes: z.int().min(1024).default(1_048_576),
  /** Of one request, after gzip. */
  decompressedBytes: z.int().min(1024).default(4_194_304),
  /** Of one event as JSON. A larger one becomes a dead letter; its neighbours are not touched. */
  eventBytes: z.int().min(256).default(524_288),
  eventsPerRequest: z.int().min(1).default(5000),
  /** How deep objects and arrays may nest in one event. */
  depth: z.int().min(4).max(200).default(24),
  /** Per write key. */
  requestsPerMinute: z.int().min(1).default(60_000),
})
export type IngestLimits = z.infer<typeof ingestConfig>
