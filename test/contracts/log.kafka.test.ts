import { type Member, StaleBatchError, topicNames, topics } from '@kanalblick/stream'
import { openKafkaLog } from '@kanalblick/stream/kafka'
import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type KafkaBroker, kafkaMissing, startKafka } from '../support/kafka.ts'
import { gather } from './log/crew.ts'
import { silent } from './log/open.ts'
import { failure, inbox, numbered, outbox, record, toOutputs } from './log/records.ts'
import { logContract } from './log.contract.ts'

const missing = kafkaMissing()

if (missing && !process.env['CI']) test.skip(`[${missing}]`)
else contractOnKafka()

function contractOnKafka(): void {
  let broker: KafkaBroker
  let admin: Admin
  const clientOptions = () => ({ clientId: 'test', brokers: broker.brokers.split(','), logLevel: logLevel.NOTHING })

  beforeAll(async () => {
    broker = await startKafka()
    admin = new Kafka(clientOptions()).admin()
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await broker?.stop()
  })

  logContract({
    name: 'Kafka log',
    async place() {
      await deleteTopics(admin)
      const sessionTimeoutMs = broker.foreign ? 6000 : 2500
      return {
        spec: { adapter: 'kafka', brokers: broker.brokers, sessionTimeoutMs },
        expire: (_, topic) => deleteRecords(admin, topic),
        remove: async () => undefined,
      }
    },
    exceptions: {
      'appends outputs and moves on in one step, even when its process is killed': 'Kafka appends, then commits: a kill in between repeats the outputs',
    },
  })

  describe('Kafka log: its broker', () => {
    beforeEach(() => deleteTopics(admin))

    const fatal: unknown[] = []
    let whenFatal: (error: unknown) => void = () => undefined
    const onFatal = (error: unknown) => {
      fatal.push(error)
      whenFatal(error)
    }
    const open = (options = {}) => openKafkaLog({ brokers: broker.brokers.split(','), clientId: 'test', logger: silent, onFatal, ...options })

    test('has topics that keep a record no longer than declared', async () => {
      const log = await open({ partitions: 3 })
      const { resources } = await admin.describeConfigs({
        resources: topicNames.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
        includeSynonyms: false,
      })
      for (const { resourceName, configEntries } of resources) {
        const setting = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue
        expect(Number(setting('retention.ms')) + Number(setting('segment.ms'))).toBe(topics[resourceName as keyof typeof topics].retentionMs)
        expect(setting('cleanup.policy')).toBe('delete')
        expect(setting('message.timestamp.type')).toBe('LogAppendTime')
      }
      const metadata = await admin.fetchTopicMetadata({ topics: topicNames })
      expect(metadata.topics.map(({ partitions }) => partitions.length)).toEqual(topicNames.map(() => 3))
      await log.close()
    })

    test('warns of a topic that keeps records longer than declared', async () => {
      await (await open()).close()
      const configEntries = [{ name: 'retention.ms', value: String(365 * 86_400_000) }]
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: inbox, configEntries }] })
      const warnings: unknown[] = []
      const log = await open({ logger: { ...silent, warn: (_: string, fields: unknown) => warnings.push(fields) } })
      expect(warnings).toContainEqual(expect.objectContaining({ topic: inbox, setting: 'retention.ms' }))
      await log.close()
    })

    test('is named when it does not answer', async () => {
      expect(await failure(open({ brokers: ['127.0.0.1:9'] }))).toMatchObject({ code: 'LOG_UNREACHABLE', message: expect.stringContaining('127.0.0.1:9') })
    })

    test('never sees a record that is too large for it; others are not held up', async () => {
      const log = await open()
      const small = log.append([record('small')])
      expect(await failure(log.append([record('large', Buffer.alloc(8_000_001))]))).toMatchObject({ code: 'LOG_RECORD_TOO_LARGE' })
      await small
      await log.close()
    })

    test('refuses the member for good: the caller of join is told', async () => {
      const log = await open()
      const stranger = new Kafka(clientOptions()).consumer({ groupId: 'kanalblick.occupied', partitionAssigners: [strangeAssigner] })
      await stranger.subscribe({ topic: inbox })
      await stranger.run({ eachMessage: async () => undefined })
      expect((await failure(log.join('occupied', [inbox]))).message).toMatch(/protocol/)
      await stranger.disconnect()
      await log.close()
    })

    test('ends the process by onFatal when the client gives up', async () => {
      const log = await open()
      await appendUndecodable(new Kafka(clientOptions()), inbox)
      const told = new Promise((resolve) => {
        whenFatal = resolve
      })
      const member = await log.join('group', [inbox])
      const waiting = member.next()
      expect(await told).toMatchObject({ name: expect.stringContaining('KafkaJS') })
      fatal.length = 0
      await log.close()
      expect(await waiting).toBeUndefined()
    })

    for (const harm of ['restart', 'kill'] as const) {
      test(`may ${harm === 'kill' ? 'be killed and come back' : 'restart'} in the middle of the work, and nothing is lost`, async ({ skip }) => {
        if (broker.foreign) skip(broker.foreign)
        const log = await open({ sessionTimeoutMs: 6000 })
        const [copyists, readers] = [gather(toOutputs), gather()]
        copyists.enlist(patient(await log.join('copyists', [inbox])))
        readers.enlist(patient(await log.join('readers', [outbox])))
        await log.append(numbered(500))
        await readers.saw(1)
        await (harm === 'restart' ? broker.restart() : broker.kill().then(() => broker.start()))
        const more = numbered(500, 500)
        while ((await failure(log.append(more)).catch(() => undefined)) !== undefined);
        await readers.saw(1000)
        await Promise.all([copyists.dismiss(), readers.dismiss()])
        await log.close()
        expect(fatal).toEqual([])
      })
    }
  })
}

/** Gives a batch back when the broker cannot be reached, as the loop of a stage does. */
const patient = (member: Member): Member => ({
  ...member,
  advance: (batch, outputs) =>
    member.advance(batch, outputs).catch(async () => {
      await member.retreat(batch)
      throw new StaleBatchError(batch)
    }),
})

const strangeAssigner = () => ({
  name: 'strange',
  version: 1,
  assign: async () => [],
  protocol: ({ topics }: { topics: string[] }) => ({
    name: 'strange',
    metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
  }),
})

/** A record in a compression that our client has no codec for, as another program might append it. */
async function appendUndecodable(client: Kafka, topic: string): Promise<void> {
  const { CompressionCodecs, CompressionTypes } = kafkajs
  const missing = CompressionCodecs[CompressionTypes.Snappy]
  const compress = async ({ buffer }: { buffer: Buffer }) => snappyFrame(buffer)
  CompressionCodecs[CompressionTypes.Snappy] = () => ({ compress, decompress: async (buffer: Buffer) => buffer })
  const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic, compression: CompressionTypes.Snappy, messages: [{ key: 'key', value: 'value' }] })
  await producer.disconnect()
  CompressionCodecs[CompressionTypes.Snappy] = missing
}

/** Snappy without compression: the frame's header, then one literal of at most 128 bytes. */
function snappyFrame(bytes: Buffer): Buffer {
  const block = Buffer.concat([Buffer.from([bytes.length, 60 << 2, bytes.length - 1]), bytes])
  const size = Buffer.alloc(4)
  size.writeInt32BE(block.length)
  return Buffer.concat([Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]), size, block])
}

async function deleteTopics(admin: Admin): Promise<void> {
  const names = new Set<string>(topicNames)
  const left = async () => (await admin.listTopics()).filter((topic) => names.has(topic))
  const present = await left()
  if (present.length > 0) await admin.deleteTopics({ topics: present })
  while ((await left()).length > 0);
}

/** What the broker does when a segment is older than its retention. */
async function deleteRecords(admin: Admin, topic: string): Promise<void> {
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: ends.map(({ partition, high }) => ({ partition, offset: high })) })
}
