/** The purposes of processing: the closed list that fields, consents and policies refer to. */
export const purposes = {
  necessary: { basis: '6-1-b', deviceAccess: false, title: 'Shop, cart and security' },
  consent_mgmt: { basis: '6-1-c', deviceAccess: false, title: 'Proof of the choices a person made' },
  order_statistics: { basis: '6-1-f', deviceAccess: false, title: 'Sales per channel from orders, without reading a device' },
  audience_count: { basis: '6-1-a', deviceAccess: true, title: 'Counters without identifiers' },
  web_analytics: { basis: '6-1-a', deviceAccess: true, title: 'Pseudonymous journeys through the shop' },
  ad_measurement: { basis: '6-1-a', deviceAccess: true, title: 'Which advertisement led to an order' },
  personalisation: { basis: '6-1-a', deviceAccess: true, title: 'Profiles across channels' },
  direct_marketing: { basis: '6-1-a', deviceAccess: false, title: 'Marketing by e-mail' },
  platform_sharing: { basis: '6-1-a', deviceAccess: false, title: 'Handing data to advertising platforms' },
  legal_retention: { basis: '6-1-c', deviceAccess: false, title: 'Records the law requires' },
} as const satisfies Record<string, Purpose>

/** GDPR article of the lawful basis; `6-1-a` is consent: not allowed until a person granted it. */
export type LawfulBasis = '6-1-a' | '6-1-b' | '6-1-c' | '6-1-f'
export interface Purpose {
  readonly basis: LawfulBasis
  /** Reads or writes the person's device, so § 25 TDDDG / § 165 TKG ask for consent besides the GDPR basis. */
  readonly deviceAccess: boolean
  readonly title: string
}
export type PurposeId = keyof typeof purposes
export const purposeIds = Object.keys(purposes) as PurposeId[]
