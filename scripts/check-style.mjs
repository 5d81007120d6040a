// House rules that no linter knows. Prints every breach; exit code 1 when there is one.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter(Boolean)
const maxLines = 300

const rules = [
  { what: `a file of more than ${maxLines} lines tells two stories`, in: /\.(ts|tsx|mjs)$/, breaks: (text) => text.split('\n').length > maxLines + 1 },
  {
    what: 'only app/src/config.ts reads the environment',
    in: /^(stream|ingest|consent|transform|warehouse|reports|app)\/src\/(?!config\.ts).*(?<!\.test)\.ts$/,
    breaks: (text, file) => file !== 'app/src/config.ts' && text.includes('process.env'),
  },
  {
    what: 'a pure core takes its clock, randomness and I/O as arguments',
    in: /^(transform)\/src\/.*(?<!\.test)\.ts$/,
    breaks: (text) => /Date\.now\(|Math\.random\(|\bfetch\(|node:fs/.test(text),
  },
  { what: 'values enter SQL as {name:Type} only', in: /\.sql$/, breaks: (text) => text.includes('${') },
  {
    what: 'a plain hash of an identifier is no pseudonym: use a keyed one',
    in: /^(ingest|consent|transform)\/src\/.*(?<!\.test)\.ts$/,
    breaks: (text) => /createHash\('(md5|sha1)'/.test(text),
  },
  { what: 'name a thing by what it does', in: /(utils?|helpers?|managers?|mappers?|common)\.ts$/, breaks: () => true },
]

let breaches = 0
for (const file of files) {
  for (const rule of rules) {
    if (!rule.in.test(file) || !rule.breaks(readFileSync(file, 'utf8'), file)) continue
    console.error(`${file}: ${rule.what}`)
    breaches += 1
  }
}
process.exitCode = breaches > 0 ? 1 : 0
