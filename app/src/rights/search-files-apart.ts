/**
 * Searches files in a process of its own. SQLite's locks are the process's: closing a file that this process has open elsewhere would give
 * them back, and another process could write to the database.
 */
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { searchFiles } from './search-files.ts'

const own = fileURLToPath(import.meta.url)
const loader = own.endsWith('.ts') ? ['--conditions=source', '--import', 'tsx'] : []

/** Like `searchFiles`. The keys go by a pipe: nothing of a person stands on a command line. */
export function searchFilesApart(folder: string, keys: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...loader, own, 'search'], {
      // Where the loader is found, wherever this process was started.
      cwd: dirname(own),
      // A fault could quote what was read.
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    let answer = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve(Number(answer)) : reject(new Error(`The search of files ended with ${code}.`))))
    child.stdin.on('error', reject).end(JSON.stringify({ folder, keys }))
  })
}

if (process.argv[1] === own && process.argv[2] === 'search') {
  let input = ''
  for await (const text of process.stdin.setEncoding('utf8')) input += String(text)
  const { folder, keys } = JSON.parse(input) as { folder: string; keys: string[] }
  process.stdout.write(String(searchFiles(folder, keys)))
}
