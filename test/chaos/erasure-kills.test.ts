/** Shoppers are erased while they and others keep sending, and the server is killed again and again: it completes each erasure by itself. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ShownRequest } from '@kanalblick/consent'
import { expect, test } from 'vitest'
import { temporaryFolder, until } from '../support/product.ts'
import { dumpOf } from '../support/subjects/dump.ts'
import { messagesOf, roundOf } from '../support/subjects/messages.ts'
import { find, tracesOf } from '../support/subjects/oracle.ts'
import { openShop, type Shop } from '../support/subjects/shop.ts'
import { isOf, type Shopper, shoppers } from '../support/subjects/shoppers.ts'

const kills = Number(process.env['KANALBLICK_TEST_KILLS'] ?? 6)
/** An erasure takes about as long. */
const longestMs = 4_000
const pauseMs = 50

/** Sends round after round, each until it is acknowledged. */
function keepSending(shop: Shop, all: readonly Shopper[]) {
  let stopped = false
  let rounds = 0
  const acknowledged = (events: readonly object[]) =>
    shop.post('/v1/events', events, 'application/cloudevents-batch+json').then(
      (status) => status === 202,
      () => false,
    )
  const sending = (async () => {
    for (; !stopped; rounds++) {
      const shopper = all[rounds % all.length] as Shopper
      await until(() => acknowledged(roundOf(shopper, rounds)), 'a round is acknowledged', 600_000)
      await delay(pauseMs)
    }
  })()
  return {
    /** @returns how many rounds each shopper sent */
    async stop(): Promise<(shopper: Shopper) => number> {
      stopped = true
      await sending
      return (shopper) => Math.floor((rounds - 1 - all.indexOf(shopper)) / all.length) + 1
    },
  }
}

test(`shoppers erased during ingest and ${kills} kills are gone, and nothing of the others is lost`, { timeout: 900_000 + kills * 30_000 }, async ({
  annotate,
}) => {
  const all = shoppers(6)
  const [others, last, subjects] = [all.slice(0, 2), all[2] as Shopper, all.slice(3)]
  const folder = await temporaryFolder()
  const shop = await openShop(folder.path)
  try {
    await shop.start()
    for (const shopper of all) await shop.send(messagesOf(shopper))
    await shop.drained()
    await shop.stop()
    const before = await dumpOf(shop.folder)

    await shop.start()
    const client = keepSending(shop, all)
    const asked = new Map<Shopper, string>()
    const erase = async (subject: Shopper) => {
      const known = asked.get(subject)
      const request = { type: 'erasure', identifiers: [{ kind: 'email', value: subject.email }], verification: 'operator' }
      // Verified again, it goes on at once; refused when it has ended meanwhile.
      if (known !== undefined) await shop.ask('POST', `/v1/requests/${known}/verification`, { verification: 'operator' }).catch(() => undefined)
      else asked.set(subject, (await shop.ask<ShownRequest>('POST', '/v1/requests', request)).request_id)
    }
    for (let kill = 0; kill < kills - 1; kill++) {
      await erase(subjects[kill % subjects.length] as Shopper)
      await delay(Math.random() * longestMs)
      await shop.server().kill()
      await shop.start()
    }
    // Cut off for certain, so that there is one that a start alone completes.
    await erase(last)
    await shop.server().kill()
    await shop.start()
    const requests = () => shop.ask<{ requests: ShownRequest[] }>('GET', '/v1/requests')
    const open = async () => (await requests()).requests.filter(({ status }) => status !== 'fulfilled')
    await annotate(`${(await open()).length} of ${asked.size} erasures are left for the server to complete by itself`)
    await until(async () => (await open()).length === 0, 'every erasure is fulfilled', 600_000)
    expect(new Set((await requests()).requests.map(({ request_id }) => request_id))).toEqual(new Set(asked.values()))
    const roundsOf = await client.stop()
    await shop.drained()
    expect(await shop.audit()).toMatchObject({ clean: true, findings: [] })
    await shop.stop()

    const after = await dumpOf(shop.folder)
    for (const subject of asked.keys()) {
      expect([subject.word, find(subject, tracesOf(subject, before), after)]).toEqual([subject.word, {}])
      expect(tracesOf(subject, after)).toMatchObject({ refs: new Set(), keys: new Set() })
    }
    const stored = after.newest.get('events') ?? []
    for (const other of others) {
      expect(before.newest.get('events')?.filter((row) => isOf(other, row) && !stored.includes(row))).toEqual([])
      expect(stored.filter((row) => isOf(other, row) && row.includes('strom'))).toHaveLength(roundsOf(other))
    }
  } finally {
    await shop.stop()
    await folder.remove()
  }
})
