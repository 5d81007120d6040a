/** A network in between that goes wrong when it is told to: in front of any TCP server. */
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * - passing    as if it were not there
 * - slow       every piece of an answer comes 200 ms late
 * - hanging    nothing gets through, and nobody is told; what waits gets through when the network passes again
 * - cutting    an answer is cut off at its first byte: its question was served, and nobody knows
 * - refusing   no connection is taken, and those there are break
 */
export type Weather = 'passing' | 'slow' | 'hanging' | 'cutting' | 'refusing'

export interface TcpProxy {
  readonly port: number
  become(weather: Weather): void
  close(): Promise<void>
}

const lateMs = 200

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let weather: Weather = 'passing'
  const changes = new EventEmitter().setMaxListeners(0)
  const pairs = new Set<readonly [Socket, Socket]>()
  const passing = async () => {
    while (weather === 'hanging') await once(changes, 'change')
  }
  const relay = async (from: Socket, to: Socket, isAnswer: boolean) => {
    for await (const piece of from as AsyncIterable<Buffer>) {
      await passing()
      if (isAnswer && weather === 'slow') await delay(lateMs)
      if (isAnswer && weather === 'cutting') return to.resetAndDestroy()
      if (!to.write(piece)) await once(to, 'drain')
    }
    to.end()
  }
  const join = async (client: Socket) => {
    const target = dial(targetPort, '127.0.0.1')
    target.on('error', () => client.destroy())
    const pair = [client, target] as const
    pairs.add(pair)
    const end = () => {
      for (const socket of pair) socket.destroy()
      pairs.delete(pair)
    }
    await Promise.all([relay(client, target, false), relay(target, client, true)]).catch(() => undefined)
    end()
  }
  const server = createServer((client) => {
    client.on('error', () => undefined)
    if (weather === 'refusing') client.resetAndDestroy()
    else void join(client)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cut = () => {
    for (const [client, target] of pairs) {
      client.resetAndDestroy()
      target.destroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    become(next) {
      weather = next
      changes.emit('change')
      if (next === 'refusing') cut()
    },
    async close() {
      weather = 'refusing'
      changes.emit('change')
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
