/** The real orders that stand beside the repository where they are available, and what must come of them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { askKanalblick, type RunOptions, repository } from './product.ts'

const file = join(repository, '../shared/data/online-retail.csv.gz')
const mapping = join(repository, 'examples/online-retail/mapping.yaml')

export const onlineRetailMissing = existsSync(file) ? undefined : `the orders ${file} are not there`
export const importOnlineRetail = ['import', file, '--mapping', mapping, '--channel', 'shop'] as const

interface Answer {
  rows: Record<string, string | number | null>[]
}

/** Every number the merchant's books say, asked of the rollups. */
export async function onlineRetailNumbers(data: readonly string[], options?: RunOptions) {
  const year = ['--from', '2010-12-01', '--to', '2011-12-31']
  const ask = async (args: readonly string[]) => (await askKanalblick<Answer>(['query', ...data, ...args], options)).rows
  const [total] = await ask(['--metrics', 'revenue_net,orders,cancellations', ...year])
  const countries = await ask(['--metrics', 'revenue_net', '--by', 'country', ...year])
  const [september] = await ask(['--metrics', 'revenue_net', '--from', '2011-09-01', '--to', '2011-09-30'])
  const country = (code: string) => countries.find((row) => row['country'] === code)?.['revenue_net']
  return {
    invoices: Number(total?.['orders']) + Number(total?.['cancellations']),
    net: total?.['revenue_net'],
    germany: country('DE'),
    austria: country('AT'),
    switzerland: country('CH'),
    september2011: september?.['revenue_net'],
  }
}

export const expectedNumbers = {
  invoices: 25_900,
  net: 9_747_747.93,
  germany: 221_698.21,
  austria: 10_154.32,
  switzerland: 56_385.35,
  september2011: 1_019_687.62,
}
