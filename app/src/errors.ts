/** Faults of operation, told to the person who started the program: what happened, where, what to do next. */
export class AppError extends Error {
  readonly code: string
  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
}

export type AppErrorCode =
  | 'CONFIG_INVALID'
  | 'DATA_DIRECTORY_IN_USE'
  | 'DATA_DIRECTORY_UNUSABLE'
  | 'IMPORT_FILE_UNREADABLE'
  | 'MASTER_KEY_MISSING'
  | 'PIPELINE_STALLED'
  | 'PORT_IN_USE'
  | 'SERVER_REFUSED'
  | 'SERVER_UNREACHABLE'
  | 'USAGE'

/**
 * What may be written of an error: its name, its code and where it was thrown. A foreign error's message can quote a value out of an
 * event (a database does), so messages are shown for our own upper-case codes only.
 */
export function describeError(error: unknown): Record<string, unknown> {
  const { name, code, message, stack, cause } = error as { name?: string; code?: unknown; message?: string; stack?: string; cause?: unknown }
  return {
    name: name ?? typeof error,
    ...(code === undefined ? {} : { code }),
    ...(isOurs(error) ? { message } : {}),
    at: stack
      ?.split('\n')
      .filter((line) => line.trimStart().startsWith('at '))
      .slice(0, 4)
      .map((line) => line.trim()),
    ...(cause instanceof Error ? { cause: describeError(cause) } : {}),
  }
}

const ownCodes =
  /^(CONFIG|DATA_DIRECTORY|MASTER_KEY|PIPELINE|PORT|SERVER|USAGE|LOG|LEDGER|KEYRING|WAREHOUSE|MIGRATION|IMPORT|MAPPING|FILE|STORAGE|QUERY|RATES|STALE|REQUEST|PACKAGE|ERASURE|SUBJECT)(_|$)/
export const isOurs = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'string' && ownCodes.test((error as unknown as { code: string }).code)

/** The file system's, SQLite's, the log's and ClickHouse's word for it, wherever in the chain of causes. */
const diskFullCodes = ['ENOSPC', 'SQLITE_FULL', 'LOG_DISK_FULL', '243', 'WAREHOUSE_DISK_FULL']
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && (diskFullCodes.includes(String((error as { code?: unknown }).code)) || isDiskFull(error.cause))
