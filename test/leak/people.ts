/** Synthetic people and the ways their identifiers travel: plain, and in the encodings that trackers, forms and links put them in. */
export interface Person {
  readonly email: string
  readonly phone: string
  readonly customer: string
  readonly name: string
}

const syllables = ['bra', 'dö', 'fen', 'gri', 'hül', 'jas', 'kle', 'lüt', 'mor', 'nies', 'pfau', 'quen', 'ros', 'schä', 'tre', 'vol', 'wim', 'zan']

/** Deterministic; no two share a name, an address, a number. */
export function syntheticPeople(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const part = (step: number) => syllables[Math.floor(index / step) % syllables.length] ?? ''
    const surname = `${part(1)}${part(18)}${part(324)}${part(7)}mann`
    const ascii = surname.replaceAll('ö', 'oe').replaceAll('ü', 'ue').replaceAll('ä', 'ae')
    const serial = String(index).padStart(4, '0')
    return {
      name: `Käthe ${surname[0]?.toUpperCase()}${surname.slice(1)}`,
      email: `kaethe.${ascii}${serial}@postfach-${ascii}.example`,
      phone: `+49151${String(20_000_000 + index * 37)}`,
      customer: `K-${700_000 + index * 13}-${ascii.slice(0, 6)}`,
    }
  })
}

const encodings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  upperCase: (text) => text.toUpperCase(),
  decomposed: (text) => text.normalize('NFD'),
  url: (text) => encodeURIComponent(text),
  doubleUrl: (text) => encodeURIComponent(encodeURIComponent(text)),
  base64: (text) => Buffer.from(text).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  plusTag: (text) => text.replace('@', '+shop@'),
  json: (text) => JSON.stringify({ contact: text }),
  utm: (text) => `mail_${text}`,
  referrer: (text) => `https://mail.example/inbox/${text}?to=${text}`,
  comment: (text) => `Bitte klingeln bei ${text}, danke!`,
}

/** The same identifier in each of the twelve encodings. */
export const encoded = (text: string): string[] => Object.values(encodings).map((encode) => encode(text))

/** Every byte sequence that betrays one of the people. */
export function needlesOf(people: readonly Person[]): string[] {
  const needles = new Set<string>()
  for (const { email, phone, customer, name } of people) {
    for (const identifier of [email, phone, customer, name]) for (const form of encoded(identifier)) needles.add(form)
    // What is left of an address when somebody cuts it at the @, and of a number without its plus.
    needles.add(email.slice(0, email.indexOf('@')))
    needles.add(phone.slice(1))
    needles.add(name.slice(name.indexOf(' ') + 1))
  }
  return [...needles].filter((needle) => Buffer.byteLength(needle) >= window)
}

/** The shortest needle that the scan looks for, in bytes. */
export const window = 9
