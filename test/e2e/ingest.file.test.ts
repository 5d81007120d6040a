import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MapProgress, mapFile, readMapping, type SourceEvent } from '@kanalblick/ingest'
import { catalogue, type EventType } from '@kanalblick/stream'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const repository = join(import.meta.dirname, '../..')
const path = join(repository, '../shared/data/online-retail.csv.gz')
const missing = existsSync(path) ? undefined : 'the orders are not there'
const mapping = readMapping(parse(readFileSync(join(repository, 'examples/online-retail/mapping.yaml'), 'utf8')))

describe.skipIf(missing)(`a year of real orders${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it('is read as the orders it is made of, to the penny', async () => {
    const month = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', year: 'numeric', month: '2-digit' })
    const sums = { net: 0, DE: 0, AT: 0, CH: 0, september2011: 0 }
    const kinds = new Map<string, number>()
    const invalid: string[] = []
    let longest: SourceEvent | undefined
    let progress: MapProgress | undefined
    const itemsIn = (event: SourceEvent | undefined) => (event?.data['items'] as unknown[] | undefined)?.length ?? 0

    for await (const batch of mapFile({ path, mapping, onProgress: (at) => (progress = at) })) {
      for (const event of batch) {
        kinds.set(event.type, (kinds.get(event.type) ?? 0) + 1)
        if (event.malformed !== undefined || !catalogue[event.type as EventType].data.safeParse(event.data).success) invalid.push(event.nativeId)
        const net = Number(event.data['total_net_minor']) * (event.type === 'order_cancelled' ? -1 : 1)
        sums.net += net
        const { country } = event.context
        if (country === 'DE' || country === 'AT' || country === 'CH') sums[country] += net
        if (month.format(new Date(event.time ?? '')) === '2011-09') sums.september2011 += net
        if (itemsIn(event) > itemsIn(longest)) longest = event
      }
    }

    expect(invalid).toEqual([])
    expect(Object.fromEntries(kinds)).toEqual({ order_placed: 22_064, order_cancelled: 3_836 })
    expect(sums).toEqual({ net: 974_774_793, DE: 22_169_821, AT: 1_015_432, CH: 5_638_535, september2011: 101_968_762 })
    expect(itemsIn(longest)).toBe(1114)
    expect(progress).toEqual({ lines: 541_909, totalLines: 541_909 })
  })
})
