import { expect, it } from 'vitest'
import { fromCategories, withObjection } from './consent.ts'

it('understands the common names of categories in any case', () => {
  expect(fromCategories({ Analytics: true, MARKETING: false, Personalization: true, Functional: true })).toEqual({
    purposes: { web_analytics: true, ad_measurement: false, personalisation: true },
    origin: 'segment_context',
  })
})

it('prefers what the write key says a category means', () => {
  expect(fromCategories({ Statistik: true, Analytics: true }, { Statistik: ['web_analytics', 'audience_count'], Analytics: [] })?.purposes).toEqual({
    web_analytics: true,
    audience_count: true,
  })
})

it('lets a refusal win where two categories mean one purpose', () => {
  expect(fromCategories({ Marketing: false, Advertising: true })?.purposes).toEqual({ ad_measurement: false })
  expect(fromCategories({ Advertising: true, Marketing: false })?.purposes).toEqual({ ad_measurement: false })
})

it.each<unknown>([undefined, null, 'all', {}, { Analytics: 'true' }, { Unheard: true }, { constructor: true, toString: true }])(
  'finds no choice in %j',
  (preferences) => {
    expect(fromCategories(preferences)).toBeUndefined()
  },
)

it('takes an objection of the browser as a refusal of marketing, profiling and sharing', () => {
  const refused = { ad_measurement: false, personalisation: false, platform_sharing: false }
  expect(withObjection(undefined, true)).toEqual({ purposes: refused, origin: 'gpc' })
  expect(withObjection(fromCategories({ Analytics: true, Marketing: true }), true)).toEqual({
    purposes: { ...refused, web_analytics: true },
    origin: 'segment_context',
  })
  expect(withObjection(undefined, false)).toBeUndefined()
})
