/** Pipelines as scenes of random kills: all in one process on embedded stores, or a process per stage on real servers. */
import { join } from 'node:path'
import type { ClickHouseServer } from '../support/clickhouse.ts'
import type { KafkaBroker } from '../support/kafka.ts'
import type { Postgres } from '../support/postgres.ts'
import type { Random } from './journal.ts'
import { findings } from './oracle.ts'
import { chaosRoles, openPipeline, type Place } from './pipeline.ts'
import { type Actor, act, type Recoveries, type Scene } from './random-kills.ts'
import { freePort } from './victim.ts'

export interface OpenScene extends Scene {
  readonly recoveries: Recoveries
  close(): Promise<void>
}

export async function embeddedScene(directory: string, random: Random): Promise<OpenScene> {
  const recoveries: Recoveries = { readyMs: [], storedMs: [] }
  const port = await freePort()
  const actor = act('embedded', { place: { directory: join(directory, 'data') }, port }, recoveries)
  return {
    url: `http://127.0.0.1:${port}`,
    random,
    recoveries,
    victims: [actor],
    async drained() {
      const victim = await actor.ready()
      await victim.drained()
      if (victim.storedMs !== undefined) recoveries.storedMs.push(victim.storedMs)
    },
    findings: async (expectation) => (await actor.ready()).findings(expectation),
    close: () => actor.stop(),
  }
}

export interface Servers {
  readonly kafka: KafkaBroker
  readonly postgres: Postgres
  readonly clickhouse: ClickHouseServer
}

export const placeOf = (directory: string, { kafka, postgres, clickhouse }: Servers): Place => {
  const { url, username, password, database } = clickhouse
  return { directory: join(directory, 'keys'), brokers: kafka.brokers, postgresUrl: postgres.url, clickhouse: { url, username, password, database } }
}

/** @param withServers the servers are among the victims */
export async function scaledScene(
  directory: string,
  { random, servers, withServers }: { random: Random; servers: Servers; withServers: boolean },
): Promise<OpenScene> {
  const recoveries: Recoveries = { readyMs: [], storedMs: [] }
  const place = placeOf(directory, servers)
  const onlooker = await openPipeline({ place, roles: ['audit'] })
  const actors: Actor[] = []
  let url = ''
  for (const role of chaosRoles) {
    const port = await freePort()
    const actor = act(role, { place, roles: [role], port }, recoveries)
    await actor.ready()
    actors.push(actor)
    if (role === 'ingest') url = `http://127.0.0.1:${port}`
  }
  const server = (name: string, restart: () => Promise<void>) => ({ name, kill: restart, ready: () => Promise.resolve() as never })
  const { kafka, clickhouse, postgres } = servers
  const crashed = [
    server('kafka', async () => {
      await kafka.kill()
      // On a machine that does everything at once a broker may need more than one attempt.
      await kafka.start().catch(kafka.start)
    }),
    server('clickhouse', clickhouse.restart),
    server('postgres', async () => {
      await postgres.kill()
      await postgres.restart()
    }),
  ]
  return {
    url,
    random,
    recoveries,
    victims: [...actors, ...(withServers ? crashed : [])],
    drained: onlooker.drained,
    findings: async (expectation) => (onlooker.warehouse ? findings(onlooker.warehouse, expectation) : []),
    async close() {
      await Promise.all(actors.map((actor) => actor.stop()))
      await onlooker.close()
    },
  }
}
