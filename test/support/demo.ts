/** A data directory filled with the demo shop: filled once per run of the tests, copied for each that asks. */
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askKanalblick, temporaryFolder } from './product.ts'

export interface FilledDemo {
  readonly path: string
  /** The day of the fill: what the stories are told from. */
  readonly anchor: string
  remove(): Promise<void>
}

const prefix = 'kanalblick-test-demo-'
// All workers of a run have the same parent.
const template = join(tmpdir(), `${prefix}${process.ppid}`)

export async function filledDemo(): Promise<FilledDemo> {
  if (!existsSync(template)) await fillTemplate()
  const folder = await temporaryFolder()
  const path = join(folder.path, 'data')
  await cp(template, path, { recursive: true })
  return { path, anchor: await anchorOf(path), remove: folder.remove }
}

export const anchorOf = async (path: string): Promise<string> =>
  (JSON.parse(await readFile(join(path, 'demo.json'), 'utf8')) as { anchorDay: string }).anchorDay

async function fillTemplate(): Promise<void> {
  await removeOldTemplates()
  const filling = `${template}.${process.pid}`
  await askKanalblick(['demo', '--data', filling])
  // Another worker may have been faster: its template is as good.
  await rename(filling, template).catch(() => rm(filling, { recursive: true, force: true }))
}

/** Of runs that have ended. */
async function removeOldTemplates(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix))
  const old = names.filter((name) => !isRunning(Number(name.slice(prefix.length).split('.')[0])))
  for (const name of old) await rm(join(tmpdir(), name), { recursive: true, force: true })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
