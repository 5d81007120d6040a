import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Config, readConfig } from '../config.ts'
import { AppError } from '../errors.ts'

/** Runs with what stands behind the command's name. @returns the exit code */
export type Command = (args: readonly string[]) => Promise<number>

const commonOptions = {
  data: { type: 'string' },
  config: { type: 'string' },
  profile: { type: 'string' },
  port: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const

type Options = NonNullable<ParseArgsConfig['options']>
type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

export interface Arguments {
  readonly positionals: readonly string[]
  /** The value of an option that must be given. @throws AppError USAGE */
  need(option: string): string
  text(option: string): string | undefined
  list(option: string): readonly string[]
  flag(option: string): boolean
  readonly json: boolean
  readonly config: () => Config
}

/** @param words how many words besides options the command takes at most */
export function parseCommand(args: readonly string[], options: Options = {}, words = 0): Arguments {
  const parsed = parseArgs({ args: [...args], options: { ...commonOptions, ...options }, allowPositionals: true })
  const unexpected = parsed.positionals[words]
  if (unexpected !== undefined) throw new AppError('USAGE', `"${unexpected}" is not expected here.`)
  const values = parsed.values as Values
  const text = (option: string) => values[option] as string | undefined
  return {
    positionals: parsed.positionals,
    text,
    need(option) {
      const value = text(option)
      if (value === undefined) throw new AppError('USAGE', `--${option} is missing.`)
      return value
    },
    list: (option) => (values[option] as string[] | undefined) ?? [],
    flag: (option) => values[option] === true,
    json: values['json'] === true,
    config: () => readConfig({ data: text('data'), config: text('config'), profile: text('profile'), port: text('port') }),
  }
}

export const print = (text: string) => void process.stdout.write(`${text}\n`)
export const printJson = (value: unknown) => print(JSON.stringify(value, null, 2))
