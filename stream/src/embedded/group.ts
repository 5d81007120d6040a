/** A consumer group within this process: who reads which partition, and what each member has in its hands. */
import { type Batch, type Member, StaleBatchError } from '../log.ts'
import { type TopicName, topicNames } from '../topics.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Store, TopicPartition } from './store.ts'

export interface Group {
  join(topics: readonly TopicName[]): Member
  /** Serves the members that wait for records. */
  wake(): void
  /** Every member leaves. */
  close(): void
}

interface Seat {
  readonly topics: readonly TopicName[]
  places: readonly TopicPartition[]
  /** Rises with every batch, so that no partition waits for ever behind a busy one. */
  turn: number
  /** `undefined` also once the batch's partition has moved to another member: the batch is stale then. */
  inHand: Batch | undefined
  advancing: boolean
  waiting: { resolve: (batch: Batch | undefined) => void; reject: (error: unknown) => void } | undefined
}

export function openGroup(name: string, store: Store, commit: GroupCommit): Group {
  const seats = new Set<Seat>()
  const serve = (seat: Seat) => {
    const { waiting } = seat
    if (!waiting) return
    try {
      const batch = seats.has(seat) ? nextBatch(seat, name, store) : undefined
      if (!batch && seats.has(seat)) return
      seat.inHand = batch
      seat.waiting = undefined
      waiting.resolve(batch)
    } catch (error) {
      seat.waiting = undefined
      waiting.reject(error)
    }
  }
  const rebalance = () => {
    for (const [seat, places] of share([...seats], store.partitions)) {
      seat.places = places
      if (seat.inHand && !holds(places, seat.inHand)) seat.inHand = undefined
    }
    seats.forEach(serve)
  }
  const leave = (seat: Seat) => {
    if (!seats.delete(seat)) return
    seat.inHand = undefined
    serve(seat)
    rebalance()
  }
  return {
    wake: () => seats.forEach(serve),
    close: () => [...seats].forEach(leave),
    join(topics) {
      for (const topic of topics) store.table(topic).follow()
      const seat: Seat = { topics, places: [], turn: 0, inHand: undefined, advancing: false, waiting: undefined }
      seats.add(seat)
      rebalance()
      return memberOn(seat, { group: name, commit, serve, leave })
    },
  }
}

interface Sitting {
  readonly group: string
  readonly commit: GroupCommit
  readonly serve: (seat: Seat) => void
  readonly leave: (seat: Seat) => void
}

function memberOn(seat: Seat, { group, commit, serve, leave }: Sitting): Member {
  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (seat.inHand || seat.waiting) return reject(new Error(`A member of ${group} asked for a batch before it was done with the last one.`))
        seat.waiting = { resolve, reject }
        serve(seat)
      }),
    async advance(batch, records) {
      if (seat.inHand !== batch || seat.advancing) throw new StaleBatchError(batch)
      seat.advancing = true
      try {
        const { topic, partition } = batch
        const position = { group, topic, partition, offset: (batch.records.at(-1)?.offset ?? -1) + 1 }
        await commit.write({ records, position, batch, held: () => seat.inHand === batch })
        seat.turn++
        if (seat.inHand === batch) seat.inHand = undefined
      } finally {
        seat.advancing = false
      }
    },
    async retreat(batch) {
      if (seat.inHand === batch && !seat.advancing) seat.inHand = undefined
    },
    async close() {
      leave(seat)
    },
  }
}

/** Deals the partitions round robin, topic by topic, among the members that read the topic. */
function share(seats: readonly Seat[], partitions: number): Map<Seat, TopicPartition[]> {
  const places = new Map(seats.map((seat) => [seat, [] as TopicPartition[]]))
  let turn = 0
  for (const topic of topicNames) {
    const readers = seats.filter((seat) => seat.topics.includes(topic))
    for (let partition = 0; readers.length > 0 && partition < partitions; partition++) {
      places.get(readers[turn++ % readers.length] as Seat)?.push({ topic, partition })
    }
  }
  return places
}

const holds = (places: readonly TopicPartition[], { topic, partition }: TopicPartition) =>
  places.some((place) => place.topic === topic && place.partition === partition)

function nextBatch(seat: Seat, group: string, store: Store): Batch | undefined {
  for (let i = 0; i < seat.places.length; i++) {
    const place = seat.places[(seat.turn + i) % seat.places.length] as TopicPartition
    const table = store.table(place.topic)
    const committed = store.committed(group, place)
    const offset = Math.max(committed, table.start(place.partition))
    if (offset >= table.end(place.partition)) continue
    seat.turn += i
    return { ...place, records: table.read(place.partition, offset), missed: offset - committed }
  }
  return undefined
}
