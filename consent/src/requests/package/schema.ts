/** What the fields of a store mean, in words. */
import type { Annotation } from '@kanalblick/stream'
import type { PackageStore } from './input.ts'
import { type Language, languages } from './languages/messages.ts'
import { type Wording, wordings } from './languages/wording.ts'
import { periodOf } from './period.ts'

type InWords = Readonly<Record<Language, string>>
const spoken = languages.map((language) => wordings[language]())

/** @param undescribed fields that rows have and the store does not describe */
export function schemaOf({ store, zone, fields }: PackageStore, undescribed: readonly string[]): object {
  return {
    store,
    name: inWords((words) => words.store(store)),
    zone: { id: zone, ...inWords((words) => words.say.zone[zone]) },
    kept: inWords((words) =>
      periodOf(
        store,
        fields.map(({ annotation }) => annotation),
        words,
      ),
    ),
    fields: fields.map(({ name, annotation }) => ({ name, ...annotationInWords(annotation) })),
    ...(undescribed.length > 0 && { fields_without_description: undescribed }),
  }
}

const annotationInWords = ({ category, purpose, retention, erasure }: Annotation) => ({
  category: { id: category, ...inWords(({ say }) => `${say.category[category].name}: ${say.category[category].what}`) },
  purpose: { id: purpose, ...inWords((words) => words.purpose(purpose)) },
  retention: { id: retention, ...inWords((words) => words.retention(retention)) },
  erasure: { id: erasure, ...inWords(({ say }) => say.erasure[erasure]) },
})

const inWords = (tell: (words: Wording) => string): InWords =>
  Object.fromEntries(spoken.map((words) => [words.language, tell(words)])) as Record<Language, string>
