import { expect, it } from 'vitest'
import { toPath, toVisit } from './visit.ts'

it('keeps campaign and referring host, and of click ids only whose they are', () => {
  const visit = toVisit({
    url: 'https://shop.example/de/cart?utm_source=news&utm_medium=email&utm_campaign=may&gclid=Cj0KCQ&email=ada%40example.org#top',
    referrer: 'https://www.google.com/search?q=ada+lovelace',
  })
  expect(visit).toEqual({ referrer_host: 'www.google.com', utm_source: 'news', utm_medium: 'email', utm_campaign: 'may', click_id_kind: 'gclid' })
})

it('counts no step within the shop as a referral', () => {
  expect(toVisit({ url: 'https://shop.example/b', referrer: 'https://shop.example/a' })).toEqual({})
})

it('says nothing about addresses that cannot be read', () => {
  expect(toVisit({ url: 'http://[', referrer: 'http://[' })).toEqual({})
})

it.each([
  ['https://user:secret@shop.example/a/b?token=1#c', '/a/b'],
  ['/a/b?token=1#c', '/a/b'],
  ['a?b', '/a'],
  ['https://shop.example', '/'],
  ['android-app://com.example/page?x=1', '/page'],
])('keeps the path of %s only', (address, path) => {
  expect(toPath(address)).toBe(path)
})

it.each(['http://[', 'mailto:ada@example.org'])('finds no path in %s', (address) => {
  expect(toPath(address)).toBeUndefined()
})
