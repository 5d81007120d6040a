/** A process of its own that remembers who came together: started twice at once by the subjects' contract. */
import { connectLedger, createSubjectIndex, type LedgerLocation, migrateLedger, type Sighting } from '@kanalblick/consent'

const [location = '{}', events = '0', direction = ''] = process.argv.slice(2)
const db = await connectLedger(JSON.parse(location) as LedgerLocation)
await migrateLedger(db)
const index = createSubjectIndex(db)

const sightings = Array.from({ length: Number(events) }, (_, n): Sighting => {
  const subjects = (['customer', 'email', 'device'] as const).map((kind) => ({ ref: `v1:${kind}-${n}`, kind }))
  return { subjects: direction === 'forwards' ? subjects : subjects.toReversed(), orderKey: `v1:order-${n}`, at: '2026-11-23T10:15:00.000Z' }
})
if (direction === 'backwards') sightings.reverse()
for (let from = 0; from < sightings.length; from += 10) await index.remember(sightings.slice(from, from + 10))
await db.destroy()
