/**
 * How far an import came, so that it resumes where it was cut off. Only a shortcut: events already accepted would be recognised by their
 * ids, this merely spares reading them again.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from './errors.ts'

export interface ImportProgress {
  /** Events of the file, in its order, that the log holds. */
  readonly accepted: number
  write(accepted: number): Promise<void>
}

/**
 * @param identity all that makes an import the same import besides the file's content: mapping, channel
 * @throws AppError IMPORT_FILE_UNREADABLE
 */
export async function openImportProgress(dataDirectory: string, path: string, identity: unknown): Promise<ImportProgress> {
  const folder = join(dataDirectory, 'run', 'imports')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${await digest(path, identity)}.json`)
  const { accepted } = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as { accepted: number },
    () => ({ accepted: 0 }),
  )
  return {
    accepted,
    async write(accepted) {
      await writeFile(`${file}.new`, JSON.stringify({ accepted }), { mode: 0o600 })
      await rename(`${file}.new`, file)
    },
  }
}

async function digest(path: string, identity: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(identity))
  try {
    await pipeline(createReadStream(path), hash)
  } catch (error) {
    throw new AppError('IMPORT_FILE_UNREADABLE', `The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error })
  }
  return hash.digest('hex')
}
