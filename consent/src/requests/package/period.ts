/** How long a store keeps what it holds. */
import { type Annotation, type RetentionClass, retentionDays, type TopicName, topics } from '@kanalblick/stream'
import type { Wording } from './languages/wording.ts'

const isTopic = (store: string): store is TopicName => Object.hasOwn(topics, store)

/** A topic as a whole for one period, a table each field for its own. */
export function periodOf(store: string, annotations: readonly Annotation[], words: Wording): string {
  if (isTopic(store)) return words.say.atMost(words.duration(topics[store].retentionMs))
  const kept = new Set(annotations.map(({ retention }) => retention))
  const classes = ([...Object.keys(retentionDays), 'lasting'] as RetentionClass[]).filter((retention) => kept.has(retention))
  // Where there is but one, it holds for everything.
  const [only] = classes
  if (only && classes.length === 1) return words.period(only)
  return classes.map((retention) => words.retention(retention)).join('; ')
}
