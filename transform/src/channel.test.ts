import { describe, expect, test } from 'vitest'
import { channelGroup, channelRules, createAssignChannelGroup, type Visit } from './channel.ts'
import type { Priced } from './currency.ts'
import { sources } from './sources.ts'

const utm = (source: string, medium: string, campaign = ''): Visit => ({ utm_source: source, utm_medium: medium, utm_campaign: campaign })
const from = (referrer_host: string): Visit => ({ referrer_host })

const cases: Record<string, readonly Visit[]> = {
  Direct: [{}, from(''), utm('(direct)', '(none)'), utm('(direct)', '(not set)')],
  'Cross-network': [utm('google', 'cpc', 'Cross-network 2024'), utm('google', 'cross', 'dach-cross-network')],
  'Paid Shopping': [
    utm('idealo', 'cpc'),
    utm('geizhals.at', 'cpc'),
    utm('www.billiger.de', 'paid'),
    utm('check24', 'ppc'),
    utm('google', 'cpc', 'Shopping DE'),
    utm('bing', 'cpc', 'e-shop'),
    { click_id_kind: 'gclid', utm_campaign: 'shopping' },
  ],
  'Paid Search': [
    utm('google', 'cpc'),
    utm('Bing', 'PPC'),
    utm('ecosia', 'paidsearch'),
    utm('google', 'cpm'),
    utm('google', 'cpc', 'workshop'),
    { click_id_kind: 'gclid' },
    { click_id_kind: 'msclkid', referrer_host: 'www.bing.com' },
    { click_id_kind: 'gclid', utm_source: 'google' },
  ],
  'Paid Social': [utm('facebook', 'paid_social'), utm('ig', 'cpc'), utm('xing', 'retargeting'), { click_id_kind: 'li_fat_id' }, { click_id_kind: 'ttclid' }],
  'Paid Video': [utm('youtube', 'cpv_cpc'), utm('twitch.tv', 'paid')],
  Display: [utm('criteo', 'display'), utm('gdn', 'banner'), utm('portal', 'expandable'), utm('portal', 'interstitial')],
  'Paid Other': [utm('some-portal', 'cpc'), utm('partner', 'paid'), utm('partner', 'retargeting')],
  'Organic Shopping': [
    from('www.idealo.de'),
    from('geizhals.eu'),
    from('www.billiger.de'),
    from('preisvergleich.check24.de'),
    from('www.amazon.co.uk'),
    from('www.toppreise.ch'),
    from('www.galaxus.ch'),
    from('shopping.google.com'),
    utm('ebay', 'listing'),
    utm('blog', 'banner-free', 'winter-shop'),
  ],
  'Organic Social': [
    from('www.facebook.com'),
    from('l.instagram.com'),
    from('lm.facebook.com'),
    from('t.co'),
    from('out.reddit.com'),
    from('www.linkedin.com'),
    from('www.xing.com'),
    utm('blog', 'social'),
    utm('blog', 'social-media'),
    utm('blog', 'sm'),
    { click_id_kind: 'fbclid' },
  ],
  'Organic Video': [from('www.youtube.com'), from('youtu.be'), from('vimeo.com'), utm('blog', 'video-embed')],
  'Organic Search': [
    from('www.google.de'),
    from('www.google.co.uk'),
    from('duckduckgo.com'),
    from('suche.web.de'),
    from('suche.gmx.net'),
    from('www.startpage.com'),
    from('com.google.android.googlequicksearchbox'),
    utm('google', 'organic'),
    utm('unknown-engine', 'organic'),
  ],
  Referral: [
    from('blog.example'),
    from('www.google-fake.example'),
    from('notfacebook.com'),
    utm('partner', 'referral'),
    utm('partner', 'app'),
    utm('p', 'link'),
  ],
  Email: [
    utm('newsletter-2024', 'email'),
    utm('e-mail', 'weekly'),
    utm('crm', 'E_Mail'),
    utm('crm', 'e mail'),
    utm('crm', 'newsletter'),
    from('mail.google.com'),
    from('deref-gmx.net'),
    from('bap.navigator.web.de'),
  ],
  Affiliates: [utm('awin', 'affiliate'), utm('awin', 'affiliates')],
  Audio: [utm('spotify', 'audio')],
  SMS: [utm('sms', 'campaign'), utm('crm', 'sms')],
  'Mobile Push Notifications': [utm('app', 'push'), utm('app', 'web-push'), utm('app', 'mobile-app'), utm('app', 'notification'), utm('firebase', 'inapp')],
  '': [utm('flyer', 'qr'), { utm_source: 'flyer' }, from('www.paypal.com'), from('checkout.stripe.com')],
}

describe('channel groups', () => {
  test.each(Object.entries(cases).flatMap(([group, visits]) => visits.map((visit) => ({ group, visit }))))('puts $visit into "$group"', ({ group, visit }) => {
    expect(channelGroup(visit)).toBe(group)
  })

  test('has a case for every rule', () => {
    expect(channelRules.map((rule) => rule.group).filter((group) => !cases[group])).toEqual([])
  })

  test('does not count a link inside the shop as a referral', () => {
    const own = new Set(['shop.example'])
    expect(channelGroup(from('www.shop.example'), own)).toBe('')
    expect(channelGroup(from('shop.example'), own)).toBe('')
    expect(channelGroup(from('othershop.example'), own)).toBe('Referral')
  })

  test('lists every site once, in lower case', () => {
    const names: readonly string[] = Object.values(sources).flat()
    expect(names.filter((name, index) => names.indexOf(name) !== index || name !== name.toLowerCase())).toEqual([])
  })

  test.each<[differIn: string, one: Visit, other: Visit]>([
    ['source', { utm_source: 'sms' }, { utm_source: 'ads' }],
    ['medium', utm('google', 'cpc'), utm('google', 'sms')],
    ['campaign', utm('blog', 'link-list', 'shop'), utm('blog', 'link-list', 'sale')],
    ['referrer', from('www.bing.com'), from('www.xing.com')],
    ['click id', { click_id_kind: 'gclid' }, { click_id_kind: 'fbclid' }],
  ])('tell visits apart that came one after the other and differ in their %s alone', (_field, one, other) => {
    const assign = createAssignChannelGroup([])
    const assigned = [one, other, one, one, other].map((context) => {
      const outcome = assign({ event: { type: 'page_viewed', granted: ['web_analytics'], session_key: 'v1:1', context } } as unknown as Priced)
      return outcome.kind === 'keep' ? outcome.event.channelGroup : outcome.reason
    })
    const [groupOfOne, groupOfOther] = [channelGroup(one), channelGroup(other)]
    expect(groupOfOne).not.toBe(groupOfOther)
    expect(assigned).toEqual([groupOfOne, groupOfOther, groupOfOne, groupOfOne, groupOfOther])
  })
})
