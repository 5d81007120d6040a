/** What the roastery sells. Prices are net cents. */

const categories = ['Espresso', 'Filterkaffee', 'Tee & Cold Brew', 'Zubehör', 'Mühlen & Maschinen', 'Geschenke'] as const
export type Category = (typeof categories)[number]

interface CategoryFacts {
  readonly food: boolean
  /** How many of a hundred sold pieces come back. */
  readonly returned: number
  /** What the goods cost the merchant, of their price. */
  readonly cost: number
  /** How much less is sold in July than in January. */
  readonly summerDip: number
  /** By how much the weeks before Christmas multiply sales. */
  readonly advent: number
}

export const categoryFacts: Readonly<Record<Category, CategoryFacts>> = {
  Espresso: { food: true, returned: 1.5, cost: 0.44, summerDip: 0.2, advent: 1.35 },
  Filterkaffee: { food: true, returned: 1.5, cost: 0.44, summerDip: 0.2, advent: 1.35 },
  'Tee & Cold Brew': { food: true, returned: 2, cost: 0.4, summerDip: -0.1, advent: 1.2 },
  Zubehör: { food: false, returned: 4, cost: 0.52, summerDip: 0.05, advent: 1.7 },
  'Mühlen & Maschinen': { food: false, returned: 6, cost: 0.62, summerDip: 0.05, advent: 1.9 },
  Geschenke: { food: false, returned: 3, cost: 0.48, summerDip: 0.15, advent: 3.2 },
}

export interface Product {
  readonly sku: string
  readonly name: string
  readonly category: Category
  readonly priceMinor: number
  /** How popular it is among all. */
  readonly weight: number
  readonly path: string
}

type Row = readonly [name: string, priceMinor: number, weight: number]

const assortment: Readonly<Record<Category, { readonly code: string; readonly rows: readonly Row[] }>> = {
  Espresso: {
    code: 'ESP',
    rows: [
      ['Espresso Leuchtturm 500 g', 1299, 9],
      ['Espresso Leuchtturm 1 kg', 2299, 8],
      ['Espresso Sturmflut 500 g', 1399, 6],
      ['Espresso Sturmflut 1 kg', 2499, 4],
      ['Espresso Hafenblick entkoffeiniert 500 g', 1449, 3],
      ['Espresso Kutter Bio 500 g', 1499, 4],
      ['Espresso Nordwind Probierpaket', 1999, 3],
    ],
  },
  Filterkaffee: {
    code: 'FIL',
    rows: [
      ['Filterkaffee Morgenrot 500 g', 1199, 8],
      ['Filterkaffee Morgenrot 1 kg', 2149, 5],
      ['Filterkaffee Wattwanderer 500 g', 1249, 5],
      ['Filterkaffee Äthiopien Yirgacheffe 250 g', 949, 5],
      ['Filterkaffee Kolumbien Huila 250 g', 899, 4],
      ['Filterkaffee Kenia Nyeri 250 g', 1049, 3],
      ['Filterkaffee Deichgraf entkoffeiniert 500 g', 1349, 2],
    ],
  },
  'Tee & Cold Brew': {
    code: 'TCB',
    rows: [
      ['Cold Brew Nachtfahrt 750 ml', 799, 2],
      ['Ostfriesentee Kandis 250 g', 749, 3],
      ['Kräutertee Salzwiese 100 g', 549, 2],
      ['Earl Grey Kapitän 100 g', 599, 2],
      ['Cascara Kirschtee 150 g', 899, 1],
    ],
  },
  Zubehör: {
    code: 'ZUB',
    rows: [
      ['Handfilter Porzellan Größe 2', 1849, 3],
      ['Filterpapier Größe 2, 100 Stück', 419, 4],
      ['Becher Nordlicht blau', 1259, 3],
      ['Becher Nordlicht weiß', 1259, 2],
      ['Milchkännchen Edelstahl 350 ml', 1599, 2],
      ['Tamper Esche 58 mm', 2499, 1],
      ['Kaffeedose Blech 500 g', 1099, 2],
      ['Kaffeewaage Lot', 3349, 1.5],
    ],
  },
  'Mühlen & Maschinen': {
    code: 'MUM',
    rows: [
      ['Handmühle Kap Arkona', 4990, 6],
      ['Handmühle Reise', 3790, 1.5],
      ['Elektrische Mühle Priel', 12_990, 0.8],
      ['French Press Boje 1 l', 2940, 2],
      ['Espressokocher Herd 6 Tassen', 3190, 2],
      ['Siebträger Fischland', 44_900, 0.25],
      ['Kaltbrüher Karaffe 1 l', 2690, 1],
    ],
  },
  Geschenke: {
    code: 'GES',
    rows: [
      ['Geschenkset Drei Röstungen', 2990, 2],
      ['Geschenkset Leuchtturm mit Becher', 3490, 1.5],
      ['Adventskalender Kaffee', 3990, 0.8],
      ['Gutscheinkarte mit Probierpaket', 2490, 1],
      ['Barista-Kurs zu zweit', 11_900, 0.3],
      ['Geschenkset Handfilter', 3890, 1],
    ],
  },
}

const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9]+/g, '-')

export const products: readonly Product[] = categories.flatMap((category) => {
  const { code, rows } = assortment[category]
  return rows.map(([name, priceMinor, weight], index) => ({
    sku: `NL-${code}-${String(index + 1).padStart(2, '0')}`,
    name,
    category,
    priceMinor,
    weight,
    path: `/kaffee/${slugOf(name)}`,
  }))
})
