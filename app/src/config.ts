/** The configuration: one file, read once, frozen; all faults are reported together. The only reader of the environment. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { consentConfig } from '@kanalblick/consent'
import { ingestConfig } from '@kanalblick/ingest'
import { timeZone } from '@kanalblick/stream'
import { transformConfig } from '@kanalblick/transform'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { AppError } from './errors.ts'
import { controllerConfig } from './rights/config.ts'
import { smtpConfig, weeklyReportConfig } from './weekly/config.ts'

const sasl = <Mechanism extends string>(mechanism: Mechanism) => z.strictObject({ mechanism: z.literal(mechanism), username: z.string(), password: z.string() })

/** A page's origin. Without a path: the dashboard's files name each other from the root. */
const webAddress = z
  .string()
  .refine(
    (url) => URL.canParse(url) && /^https?:\/\/[^/@?#\s]+\/?$/i.test(url),
    'must be a URL such as https://kanalblick.example, with nothing behind the host',
  )
  .transform((url) => new URL(url).origin)
const hostName = z.string().regex(/^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i, 'must be a host name without port, such as kanalblick.example')

const configSchema = z
  .strictObject({
    profile: z.enum(['embedded', 'scaled']).default('embedded'),
    http: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.int().min(0).max(65_535).default(4180),
        /** The address that browsers use, when it is not this process's own: that of the proxy in front of it. */
        publicUrl: webAddress.optional(),
        /** Further names under which programs call this server, such as a container's. */
        allowedHosts: z.array(hostName).default([]),
      })
      .prefault({}),
    /** Lets programs operate this process and read `/metrics`. Made anew on every start when not given. Scaled: the only key to processes without the ledger. */
    operatorToken: z.string().min(32, 'must have 32 characters or more').regex(/^\S+$/, 'must not hold spaces').optional(),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    ingest: ingestConfig.prefault({}),
    /** The merchant's: an event counts for the calendar day that it is there. */
    timeZone: timeZone.default('Europe/Berlin'),
    consent: consentConfig.omit({ timeZone: true }).prefault({}),
    transform: transformConfig.omit({ timeZone: true }).strict().prefault({}),
    /** CSV of dated exchange rates, relative to the config file. Needed with `transform.reportingCurrency`. */
    exchangeRatesFile: z.string().optional(),
    /** 32 bytes in base64 that wrap all other keys. Embedded: made on the first start and kept beside the keys when not given. Scaled: for `ingest`, `consent` and `rights` only. */
    masterKey: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64')
      .optional(),
    kafka: z
      .strictObject({
        brokers: z.array(z.string().regex(/^[^:\s]+:\d+$/, 'must be host:port')).min(1),
        partitions: z.int().min(1).max(1000).default(6),
        replicationFactor: z.int().min(1).default(1),
        ssl: z.boolean().default(false),
        sasl: z.discriminatedUnion('mechanism', [sasl('plain'), sasl('scram-sha-256'), sasl('scram-sha-512')]).optional(),
      })
      .optional(),
    clickhouse: z
      .strictObject({ url: z.url(), username: z.string().default('default'), password: z.string().default(''), database: z.string().default('kanalblick') })
      .optional(),
    postgres: z.strictObject({ url: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL') }).optional(),
    /** Who answers persons for their data, as the access package says it. */
    controller: controllerConfig.optional(),
    weeklyReport: weeklyReportConfig.prefault({}),
    /** The server that takes mails. Needed with `weeklyReport.recipients`. */
    smtp: smtpConfig.optional(),
  })
  .superRefine((config, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (config.profile === 'scaled') {
      for (const store of ['kafka', 'clickhouse', 'postgres'] as const) if (!config[store]) fault([store], 'is required by the profile "scaled"')
    }
    if (config.transform.reportingCurrency && !config.exchangeRatesFile) fault(['exchangeRatesFile'], 'is required when transform.reportingCurrency is set')
    if (config.weeklyReport.recipients.length > 0 && !config.smtp) fault(['smtp'], 'is required when weeklyReport.recipients names somebody')
  })

export type Config = Readonly<z.infer<typeof configSchema>> & { readonly dataDirectory: string; readonly exchangeRates: string | undefined }

/** Environment variables that override the file: where secrets and a container's own values come from. */
const environment: Readonly<Record<string, readonly string[]>> = {
  KANALBLICK_PROFILE: ['profile'],
  KANALBLICK_HOST: ['http', 'host'],
  KANALBLICK_PORT: ['http', 'port'],
  KANALBLICK_PUBLIC_URL: ['http', 'publicUrl'],
  KANALBLICK_ALLOWED_HOSTS: ['http', 'allowedHosts'],
  KANALBLICK_LOG_LEVEL: ['logLevel'],
  KANALBLICK_MASTER_KEY: ['masterKey'],
  KANALBLICK_OPERATOR_TOKEN: ['operatorToken'],
  KANALBLICK_KAFKA_BROKERS: ['kafka', 'brokers'],
  KANALBLICK_KAFKA_PASSWORD: ['kafka', 'sasl', 'password'],
  KANALBLICK_CLICKHOUSE_URL: ['clickhouse', 'url'],
  KANALBLICK_CLICKHOUSE_USERNAME: ['clickhouse', 'username'],
  KANALBLICK_CLICKHOUSE_PASSWORD: ['clickhouse', 'password'],
  KANALBLICK_CLICKHOUSE_DATABASE: ['clickhouse', 'database'],
  KANALBLICK_POSTGRES_URL: ['postgres', 'url'],
  KANALBLICK_SMTP_PASSWORD: ['smtp', 'password'],
}

export interface ConfigSource {
  /** Overrides of the command line, strongest of all. */
  readonly data?: string | undefined
  readonly config?: string | undefined
  readonly profile?: string | undefined
  readonly port?: string | undefined
  readonly env?: NodeJS.ProcessEnv
}

/** @throws AppError CONFIG_INVALID that lists every fault with its place. */
export function readConfig({ data, config, profile, port, env = process.env }: ConfigSource): Config {
  const dataDirectory = resolve(data ?? env['KANALBLICK_DATA'] ?? defaultDataDirectory(env))
  const chosen = config ?? env['KANALBLICK_CONFIG']
  const file = resolve(chosen ?? join(dataDirectory, 'kanalblick.yaml'))
  const tree = readTree(file, chosen !== undefined)
  for (const [name, path] of Object.entries(environment)) if (env[name]) setAt(tree, path, fromText(name, env[name]))
  if (profile) setAt(tree, ['profile'], profile)
  if (port) setAt(tree, ['http', 'port'], Number(port))

  const parsed = configSchema.safeParse(tree)
  if (!parsed.success)
    throw invalid(
      file,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || '(file)'}: ${issue.message}`),
    )
  const exchangeRates = parsed.data.exchangeRatesFile && readText(resolve(dirname(file), parsed.data.exchangeRatesFile), 'exchangeRatesFile')
  return Object.freeze({ ...parsed.data, dataDirectory, exchangeRates })
}

function readTree(file: string, required: boolean): Record<string, unknown> {
  const text = readText(file, 'config', !required)
  if (text === undefined) return {}
  let tree: unknown
  try {
    tree = parseYaml(text) ?? {}
  } catch (error) {
    throw invalid(file, [`(file): is not YAML: ${(error as Error).message.split('\n')[0]}`])
  }
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) throw invalid(file, ['(file): must hold settings by name'])
  return tree as Record<string, unknown>
}

function readText(file: string, setting: string, optional = false): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (optional && ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw invalid(file, [`${setting}: cannot be read (${(error as NodeJS.ErrnoException).code})`])
  }
}

const invalid = (file: string, faults: string[]) =>
  new AppError(
    'CONFIG_INVALID',
    `The configuration ${file} has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
  )

const lists = ['KANALBLICK_KAFKA_BROKERS', 'KANALBLICK_ALLOWED_HOSTS']
const fromText = (name: string, text: string): unknown =>
  name === 'KANALBLICK_PORT' ? Number(text) : lists.includes(name) ? text.split(',').map((entry) => entry.trim()) : text

function setAt(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) tree[head] = value
  // What is no group of settings stays as it is, for the schema to name.
  else if (typeof (tree[head] ??= {}) === 'object') setAt(tree[head] as Record<string, unknown>, rest, value)
}

function defaultDataDirectory(env: NodeJS.ProcessEnv): string {
  if (env['XDG_DATA_HOME']) return join(env['XDG_DATA_HOME'], 'kanalblick')
  return process.platform === 'darwin' ? join(homedir(), 'Library/Application Support/kanalblick') : join(homedir(), '.local/share/kanalblick')
}
