/** What people call a channel instance: `amazon:A1PA6795UKMFR9` is Amazon.de. Ids of marketplaces: Amazon's and eBay's documentation. */
const platforms: Readonly<Record<string, string>> = {
  amazon: 'Amazon',
  ebay: 'eBay',
  instagram: 'Instagram',
  kaufland: 'Kaufland',
  linkedin: 'LinkedIn',
  otto: 'OTTO',
  shop: 'Shop',
  shopware: 'Shopware',
  web: 'Web',
  zalando: 'Zalando',
}

const instances: Readonly<Record<string, string>> = {
  'amazon:A1PA6795UKMFR9': 'Amazon.de',
  'ebay:EBAY_DE': 'eBay.de',
  'ebay:EBAY_AT': 'eBay.at',
  'ebay:EBAY_CH': 'eBay.ch',
}

/** What it does not know stays as it is. */
export function channelName(instance: string): string {
  const [platform = '', ...rest] = instance.split(':')
  return instances[instance] ?? (platforms[platform] === undefined || rest.length === 0 ? instance : `${platforms[platform]} ${rest.join(' ')}`)
}
