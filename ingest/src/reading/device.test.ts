import { expect, it } from 'vitest'
import { createReadDevice } from './device.ts'

it.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    { class: 'desktop', browser: 'Chrome', os: 'Windows' },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    { class: 'mobile', browser: 'Safari', os: 'iOS' },
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
    { class: 'tablet', browser: 'Safari', os: 'iOS' },
  ],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', { class: 'bot' }],
  ['curl/8.5.0', { class: 'bot' }],
  ['', { class: 'other' }],
])('reduces %j', (userAgent, device) => {
  expect(createReadDevice()(userAgent)).toEqual(device)
})

it('answers for hostile user agents of any length', () => {
  const read = createReadDevice()
  expect(['('.repeat(100_000), 'Mozilla/5.0 '.repeat(50_000), '\u0000'].map((userAgent) => typeof read(userAgent).class)).toEqual([
    'string',
    'string',
    'string',
  ])
})
