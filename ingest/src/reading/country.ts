/** Country names, English and German, to ISO 3166-1 alpha-2. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
/** Known to Unicode, but no country: unions, private use, reserved for islands and purposes. */
const notCountries = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'ZZ'])

let table: ReadonlyMap<string, string> | undefined

/** The code of a country given as code or name, in any case; undefined when it is neither. */
export function toCountry(text: string): string | undefined {
  table ??= countryNames()
  return table.get(text.trim().toLowerCase())
}

function countryNames(): Map<string, string> {
  const names = new Map([['uk', 'GB']])
  const languages = ['en', 'de'].flatMap((language) =>
    (['long', 'short'] as const).map((style) => new Intl.DisplayNames(language, { type: 'region', style, fallback: 'none' })),
  )
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    // A code that Unicode rewrites (DD to DE) belongs to a country that is no more.
    if (notCountries.has(code) || new Intl.Locale(`und-${code}`).region !== code || languages[0]?.of(code) === undefined) continue
    names.set(code.toLowerCase(), code)
    for (const language of languages) names.set(language.of(code)?.toLowerCase() ?? '', code)
  }
  names.delete('')
  return names
}
