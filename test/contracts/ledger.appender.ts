/** A process of its own that migrates, appends to a ledger and asks a vault: started twice at once by the ledger's contract. */
import { randomUUID } from 'node:crypto'
import { connectLedger, createLedger, createVault, type LedgerLocation, migrateLedger } from '@kanalblick/consent'

const [location = '{}', records = '0', name = ''] = process.argv.slice(2)
const now = () => new Date()
const db = await connectLedger(JSON.parse(location) as LedgerLocation)
await migrateLedger(db)
const ledger = createLedger(db, { now, newId: randomUUID })
const vault = createVault(db, { now })

const pseudonyms: [string, string][] = []
for (let i = 0; i < Number(records); i++) {
  await ledger.append([
    {
      subjectRef: `v1:${name}-${i}`,
      subjectRefKind: 'customer',
      decisions: [{ purpose: 'web_analytics', state: 'granted', basis: '6-1-a' }],
      notice: { version: '1' },
      mechanism: 'click_accept',
      origin: 'api',
      jurisdiction: 'DE',
      language: 'de',
      eventTime: now().toISOString(),
    },
  ])
  pseudonyms.push(...(await vault.pseudonyms([{ subjectRef: `v1:shared-${i}`, purpose: 'web_analytics' }])))
}
await db.destroy()
process.stdout.write(JSON.stringify(pseudonyms))
