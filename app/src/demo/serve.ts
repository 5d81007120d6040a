/** The demo of a server's own data directory: filled on the first start, continued while the server runs. */
import type { Kanalblick } from '../wire.ts'
import { type FillOptions, fillDemo } from './fill.ts'
import { isDemo } from './state.ts'

export type OwnDemo = ReturnType<typeof serveDemo>

export function serveDemo({ config, accessKeys, logger }: Kanalblick, url: string) {
  const stopped = new AbortController()
  let running: Promise<unknown> = Promise.resolve()

  /** One after the other: two at once would do everything twice. */
  function fill(onProgress?: FillOptions['onProgress']): Promise<{ readonly events: number }> {
    const filled = running.then(() =>
      fillDemo({ dataDirectory: config.dataDirectory, url, createKey, now: () => new Date(), signal: stopped.signal, ...(onProgress && { onProgress }) }),
    )
    running = filled.catch(() => undefined)
    return filled
  }

  async function createKey({ channel, instance }: Parameters<FillOptions['createKey']>[0]): Promise<string> {
    if (!accessKeys) throw new Error('This process has no access keys.')
    return (await accessKeys.create({ kind: 'write', channel, channelInstance: instance, origins: [] })).key
  }

  return {
    fill,
    /** What happened since, if the directory holds a demo. It can wait: a failure is told, and the next hour tries again. */
    async topUp(): Promise<void> {
      if (!isDemo(config.dataDirectory)) return
      try {
        await fill()
      } catch (error) {
        if (!stopped.signal.aborted) logger.warn('the demo could not be continued, it is tried again in an hour', { error })
      }
    },
    async stop(): Promise<void> {
      stopped.abort()
      await running
    },
  }
}
