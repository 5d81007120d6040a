/** How far the demo of a data directory is filled. Without the file the directory holds no demo. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../errors.ts'

const schema = z.object({
  seed: z.int(),
  /** The day of the first fill: what the stories are told from, whatever day it is later. */
  anchorDay: z.iso.date(),
  /** All that happened before this instant was accepted. */
  filledTo: z.iso.datetime(),
  /** Write keys by channel instance: for what is still to come. */
  keys: z.record(z.string(), z.string()),
})
export type DemoState = Readonly<z.infer<typeof schema>>

const fileIn = (dataDirectory: string) => join(dataDirectory, 'demo.json')

export const isDemo = (dataDirectory: string): boolean => existsSync(fileIn(dataDirectory))

/** @throws AppError DATA_DIRECTORY_UNUSABLE */
export function demoStateOf(dataDirectory: string): DemoState | undefined {
  if (!isDemo(dataDirectory)) return undefined
  try {
    return schema.parse(JSON.parse(readFileSync(fileIn(dataDirectory), 'utf8')))
  } catch (error) {
    const message = `The file ${fileIn(dataDirectory)} is damaged. Without it the demo can be continued no more: choose another directory with --data.`
    throw new AppError('DATA_DIRECTORY_UNUSABLE', message, { cause: error })
  }
}

export function writeDemoState(dataDirectory: string, state: DemoState): void {
  const file = fileIn(dataDirectory)
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
