/** How the command line asks the server that holds the data directory. */
import type { RunningServer } from './data-directory.ts'
import { AppError } from './errors.ts'

export type ServerCall = <Answer>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>

/** @throws AppError SERVER_UNREACHABLE, SERVER_REFUSED */
export function createServerCall(server: RunningServer): ServerCall {
  return async <Answer>(method: 'GET' | 'POST', path: string, body: unknown = {}) => {
    const response = await ask(server, method, path, body)
    return (await response.json()) as Answer
  }
}

/** The answer as it comes, for what is large. @throws AppError SERVER_UNREACHABLE, SERVER_REFUSED */
export async function ask({ url, token }: RunningServer, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Response> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  }).catch((cause: unknown) => {
    throw unreachable(url, cause)
  })
  if (response.ok) return response
  const { error } = (await response.json().catch(() => ({}))) as { error?: { message: string } }
  throw new AppError('SERVER_REFUSED', `The running server at ${url} answered ${response.status}: ${error?.message ?? 'no reason given'}`)
}

function unreachable(url: string, cause: unknown): AppError {
  // Node's client, like browsers, calls no port that a list of the web's standards reserves for other services.
  const { message } = (cause as { cause?: Error }).cause ?? {}
  const next =
    message === 'bad port'
      ? 'HTTP clients refuse to call this port: start the server on another one with --port.'
      : 'It may just be ending: run the command again, an import resumes where it was.'
  return new AppError('SERVER_UNREACHABLE', `The running server at ${url} cannot be reached. ${next}`, { cause })
}
