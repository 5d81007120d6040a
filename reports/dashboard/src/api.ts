/** The server's answers. The page shows what these say and computes nothing but differences of them. */
import type { QueryRequestInput } from '@kanalblick/reports'

export type Cell = string | number | boolean | null
export type Row = Readonly<Record<string, Cell>>

export interface Answer {
  readonly currencies: readonly string[]
  readonly rows: readonly Row[]
}

export interface Session {
  readonly demo: boolean
  readonly timeZone: string
  /** The merchant's calendar day, `yyyy-MM-dd`. */
  readonly today: string
}

export interface ArchivedReport {
  readonly week: string
  readonly from: string
  readonly to: string
  readonly headline: Readonly<Record<'de' | 'en', string>>
}

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.code = code
  }
}

/** @throws ApiError; status 0 when the server cannot be reached */
async function call(path: string, init: Omit<RequestInit, 'headers'> & { headers?: Readonly<Record<string, string>> } = {}): Promise<Response> {
  const response = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } }).catch(() => {
    throw new ApiError(0, 'UNREACHABLE', 'The server cannot be reached.')
  })
  if (response.ok) return response
  const { error } = (await response.json().catch(() => ({}))) as { error?: { code?: string; message?: string } }
  throw new ApiError(response.status, error?.code ?? 'UNKNOWN', error?.message ?? response.statusText)
}

const post = (path: string, body: unknown) => call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

export const ask = async (request: QueryRequestInput): Promise<Answer> => (await post('/v1/query', request)).json() as Promise<Answer>
export const askCsv = async (request: QueryRequestInput): Promise<Blob> => (await post('/v1/query', { ...request, format: 'csv' })).blob()

export async function report(name: string, params: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  const { rows } = (await (await call(`/v1/reports/${name}?${new URLSearchParams(params).toString()}`)).json()) as Answer
  return rows
}

export const readSession = async (): Promise<Session> => (await call('/v1/session')).json() as Promise<Session>
export const openSession = async (code: string): Promise<void> => void (await post('/v1/session', { code }))
export const endSession = async (): Promise<void> => void (await call('/v1/session', { method: 'DELETE' }))

export const archivedReports = async (): Promise<readonly ArchivedReport[]> =>
  ((await (await call('/v1/weekly-reports')).json()) as { reports: readonly ArchivedReport[] }).reports
