import { expect, test } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

const host = '127.0.0.1:4180'
const publicUrl = 'https://kanalblick.example'

test.each([
  ['a page of this server', { host, origin: `http://${host}` }],
  ['what the browser confirms', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }],
  ['a page behind a proxy that ends TLS and hands the host on', { host: 'kanalblick.example', origin: publicUrl }],
  ['a proxy that names the port that goes without saying', { host: 'kanalblick.example:443', origin: publicUrl }],
  ['a page of the public address behind a proxy that does not hand the host on', { host, origin: publicUrl }],
])('lets %s', (_what, headers) => {
  expect(isSameOrigin(headers, publicUrl)).toBe(true)
})

test.each([
  ['what does not say which page sent it', { host }],
  ['a page from elsewhere', { host, origin: 'https://evil.example' }],
  ['a page from another port', { host, origin: 'http://127.0.0.1:4181' }],
  ['a page without an origin', { host, origin: 'null' }],
  ['what the browser says comes from another site', { host, origin: `http://${host}`, 'sec-fetch-site': 'cross-site' }],
  ['what the browser says comes from a neighbour', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-site' }],
  ['what the user typed', { host, origin: `http://${host}`, 'sec-fetch-site': 'none' }],
  ['an origin that only begins like ours', { host, origin: `http://${host}.evil.example` }],
  ['an origin that only begins like the public address', { host, origin: `${publicUrl}.evil.example` }],
])('refuses %s', (_what, headers) => {
  expect(isSameOrigin(headers, publicUrl)).toBe(false)
})
