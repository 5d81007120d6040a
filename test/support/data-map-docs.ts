/** Writes docs/data-map.md from the annotations: `node --conditions=source --import tsx test/support/data-map-docs.ts --write`. A test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dataMap } from '@kanalblick/app/rights'
import { type DeclaredStore, holdsPersons, retentionDays } from '@kanalblick/stream'

const target = new URL('../../docs/data-map.md', import.meta.url)

const section = (store: DeclaredStore): string => {
  const rows = store.fields.map(
    ({ name, annotation: { category, purpose, retention, erasure } }) => `| \`${name}\` | ${category} | ${purpose} | ${retention} | ${erasure} |`,
  )
  return `### ${store.store}\n\nZone ${store.zone}.\n\n| field | category | purpose | retention | on erasure |\n|---|---|---|---|---|\n${rows.join('\n')}`
}

export const dataMapDocs = (): string => {
  const stores = dataMap()
  return `# Data map

Every topic of the log and every table, with what each field says of a person. This page is made from the annotations in the code; a test compares the
map with the stores that really exist. Retention: ${Object.entries(retentionDays)
    .map(([name, days]) => `\`${name}\` ${days} days`)
    .join(', ')}, \`lasting\` until an erasure; a topic's own retention is shorter
(72 hours in zone identity, seven days in zone analytics).

Beside these, the data directory holds keys, the configuration, the demo shop's state and how far imports have come: nothing of a customer.

## Stores that hold persons

Access and erasure search each of them.

${stores.filter(holdsPersons).map(section).join('\n\n')}

## Stores that hold nobody

${stores
  .filter((store) => !holdsPersons(store))
  .map(section)
  .join('\n\n')}
`
}

export const writtenDataMapDocs = (): string => readFileSync(target, 'utf8')

if (process.argv.includes('--write')) writeFileSync(target, dataMapDocs())
