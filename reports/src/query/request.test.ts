import { expect, test } from 'vitest'
import { InvalidRequestError, parseRequest } from '../invalid-request.ts'
import { queryRequest } from './request.ts'

const september = { from: '2011-09-01', to: '2011-09-30' }

function faultsOf(request: unknown): string[] {
  try {
    parseRequest(queryRequest, request)
    return []
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error
    return error.faults.map(({ path, code }) => `${path} ${code}`)
  }
}

test('takes a request that names metrics and days, and fills in what was left out', () => {
  expect(parseRequest(queryRequest, { metrics: ['orders'], ...september })).toEqual({
    metrics: ['orders'],
    by: [],
    attributes: [],
    filters: [],
    order: [],
    ...september,
  })
})

test('tells all faults together', () => {
  const request = {
    metrics: ['orders', 'visitors'],
    by: ['channel', 'channel'],
    filters: [{ dimension: 'email', in: [] }],
    from: '2011-10-01',
    to: '2011-09-30',
    grain: 'hour',
    sql: 'select 1',
  }
  expect(faultsOf(request).toSorted()).toEqual([
    ' unrecognized_keys',
    'by named_twice',
    'filters.0.dimension invalid_value',
    'filters.0.in too_small',
    'grain invalid_value',
    'metrics.1 invalid_value',
    'to period_reversed',
  ])
})

test.each([
  [{ metrics: [] }, 'metrics too_small'],
  [{ from: '2011-02-29' }, 'from invalid_format'],
  [{ from: '1999-12-31' }, 'from day_out_of_range'],
  [{ from: '2000-01-01', to: '2012-01-01' }, 'from period_too_long'],
  [{ metrics: ['units'], attributes: ['product_name'] }, 'attributes.0 attribute_without_dimension'],
  [{ metrics: ['fees'], by: ['product'] }, 'metrics.0 metric_not_per_product'],
  [{ metrics: ['units', 'events'], filters: [{ dimension: 'category', in: ['cups'] }] }, 'metrics.1 metric_not_per_product'],
  [{ order: [{ by: 'units' }] }, 'order.0.by order_not_in_result'],
  [{ order: [{ by: 'currency' }] }, 'order.0.by order_not_in_result'],
  [{ currency: 'eur' }, 'currency invalid_format'],
  [{ limit: 0 }, 'limit too_small'],
])('refuses %j', (change, fault) => {
  expect(faultsOf({ metrics: ['orders'], ...september, ...change })).toEqual([fault])
})

test('lets currency order a result about money, which always has that column', () => {
  expect(faultsOf({ metrics: ['revenue_net'], ...september, order: [{ by: 'currency' }] })).toEqual([])
})

test('says what is wrong without quoting a filter value', () => {
  const parse = () => parseRequest(queryRequest, { metrics: ['orders'], ...september, filters: [{ dimension: 'channel', in: ['secret'.repeat(40)] }] })
  expect(parse).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }))
})
