import type { Messages } from './messages.ts'

const list = new Intl.ListFormat('de-DE', { type: 'conjunction' })
const and = (items: readonly string[]) => list.format(items)
const percentOf = (percent: string | undefined) => (percent === undefined ? '' : ` (${percent})`)

export const de: Messages = {
  locale: 'de-DE',
  title: (week) => `Wochenbericht ${week}`,
  week: (number, year) => `KW\u00a0${number}/${year}`,
  weekShort: (number) => `KW ${number}`,
  comparison: { previous: 'Vorwoche', last_year: 'Vorjahr' },
  sinceComparison: { previous: 'gegenüber Vorwoche', last_year: 'gegenüber Vorjahr' },
  unchangedValue: 'unverändert',
  quoted: (name) => `„${name}“`,
  comparedTo: (comparisons) => `Verglichen mit ${and(comparisons)}.`,
  than: (comparison, week) => (comparison === 'previous' ? `in der Vorwoche (${week})` : `in der Vorjahreswoche (${week})`),
  against: (comparison, week) => (comparison === 'previous' ? `der Vorwoche (${week})` : `der Vorjahreswoche (${week})`),
  period: (week, days) => `${week}, ${days}`,
  sectionTitle: (currency) => `Beträge in ${currency}`,

  measure: {
    revenue_net: 'Umsatz (netto)',
    orders: 'Bestellungen',
    average_order_value: 'Warenkorb',
    cancelled: 'Stornos',
    refunds: 'Erstattungen',
  },
  effect: {
    orders: 'Zahl der Bestellungen',
    average_order_value: 'Höhe des Warenkorbs',
    cancelled: 'Stornos',
    refunds: 'Erstattungen',
  },
  noValue: 'kein Wert',

  happened: (week, amount, changes) => `In ${week} betrug der Umsatz (netto) ${amount}${changes.length > 0 ? `: ${and(changes)}` : ''}.`,
  changed: (direction, { amount, percent }, than) =>
    direction === 0 ? `genauso viel wie ${than}` : `${amount}${percentOf(percent)} ${direction > 0 ? 'mehr' : 'weniger'} als ${than}`,
  unavailable: (comparison, status, firstDay) =>
    `Ein Vergleich mit ${comparison === 'previous' ? 'der Vorwoche' : 'dem Vorjahr'} ist nicht möglich: Die Daten beginnen erst am ${firstDay}${status === 'began_within' ? ', also mitten in der Vergleichswoche' : ''}.`,
  beganWithinWeek: (firstDay) => `Die Woche ist nicht vollständig: Die Daten beginnen erst am ${firstDay}.`,

  carried: (direction, against, carriers) =>
    `Rechnerisch am meisten zum ${direction > 0 ? 'Plus' : 'Minus'} gegenüber ${against} trugen bei (jede Aufteilung für sich): ${carriers.join('; ')}.`,
  carrier: (dimension, name, amount) => `${{ effect: '', channel: 'Kanal ', country: 'Land ', product: 'Artikel ' }[dimension]}${name} (${amount})`,
  notExplained: 'Was dazu beitrug, lässt sich ohne Vergleichswoche nicht sagen.',
  unchanged: (against) => `Gegenüber ${against} gibt es keine Veränderung, die zu zerlegen wäre.`,

  lookAtSilentSources: (sources) =>
    `Bitte zuerst prüfen: ${and(sources)} ${sources.length === 1 ? 'hat' : 'haben'} diese Woche nichts geliefert, in den vier Wochen davor aber schon; die Zahlen können deshalb unvollständig sein.`,
  lookAtLateSources: (sources) =>
    `Bitte zuerst prüfen: Von ${and(sources)} fehlen die letzten Tage dieser Woche, an denen sonst Daten kamen; die Zahlen können deshalb unvollständig sein.`,
  lookAtMissingDays: (days) =>
    `Bitte zuerst prüfen: Es fehlen Daten (${and(days)}), obwohl an ${days.length === 1 ? 'diesem Wochentag' : 'diesen Wochentagen'} sonst welche kommen.`,
  lookAtLosses: (share, shareBefore, than) =>
    `Ansehen lohnt sich bei Stornos und Erstattungen: Sie machen ${share} des Umsatzes vor Abzügen aus, ${than} waren es ${shareBefore}.`,
  lookAtProduct: (name, amount, against) => `Ansehen lohnt sich beim Artikel ${name}: Er verlor gegenüber ${against} am meisten (${amount}).`,
  nothingFell: (against) => `Kein Artikel verlor gegenüber ${against}.`,
  lookNextWeek: 'Ab der nächsten vollständigen Woche lassen sich Veränderungen zeigen.',

  noSales: 'In dieser Woche und den Vergleichswochen gibt es keine Verkäufe.',
  noData: 'Bis zum Ende dieser Woche liegen keine Daten vor. Verbinden Sie einen Kanal oder importieren Sie Bestellungen, dann füllt sich dieser Bericht.',
  trendTitle: 'Umsatz (netto) der letzten 13 Wochen',
  thisYear: 'Umsatz',
  yearBefore: 'ein Jahr davor',
  weekColumn: 'Woche',
  trendSummary: ({ highest, highestWeek, lowest, lowestWeek, current }) =>
    `Am höchsten war er mit ${highest} in ${highestWeek}, am niedrigsten mit ${lowest} in ${lowestWeek}; zuletzt ${current}.`,

  changeTitle: (against, amount) => `Veränderung gegenüber ${against}: ${amount}`,
  dimension: { effects: 'Nach Bestandteilen', channels: 'Nach Kanälen', countries: 'Nach Ländern', products: 'Nach Artikeln' },
  dimensionNote: {
    effects: 'Mehr Stornos oder Erstattungen senken den Umsatz und stehen deshalb mit Minus.',
    channels: 'Die Kanäle mit der größten Veränderung.',
    countries: 'Die Länder mit der größten Veränderung.',
    products: 'Die fünf Artikel mit dem größten Zuwachs und die fünf mit dem größten Rückgang.',
  },
  currentColumn: 'Diese Woche',
  changeColumn: 'Veränderung',
  other: 'Alle übrigen zusammen',
  totalChange: 'Summe',
  unknownCountry: 'Land unbekannt',
  noProduct: 'Ohne Artikel (z. B. Versand)',
  contributionSummary: ({ rise, fall, other }) =>
    `Größtes Plus: ${rise ?? 'keines'}; größtes Minus: ${fall ?? 'keines'}${other === undefined ? '' : `; alle übrigen zusammen ${other}`}.`,
  asTable: 'Als Tabelle',

  basisTitle: 'Auf welchen Daten das beruht',
  basisEvents: (events, sources) => `${events} Ereignisse in dieser Woche, aus: ${sources.join(', ')}.`,
  noEvents: 'Keine Ereignisse in dieser Woche.',
  basisConsent: (share, consented, events, before) =>
    `Einwilligungsquote ${share}${before === undefined ? '' : ` (Vorwoche ${before})`}: ${consented} von ${events} Ereignissen tragen ein Pseudonym für die Webanalyse.`,
  basisBooks: 'Umsatz, Bestellungen, Stornos und Erstattungen kommen aus Ihren Büchern und hängen nicht von dieser Quote ab.',
  basisDeliveries: (accepted, dropped, rejected) =>
    `Eingegangen in dieser Woche (UTC): ${accepted} Ereignisse; verworfen: ${dropped}; zurückgewiesen: ${rejected}.`,
  basisNoDeliveries: 'In dieser Woche selbst ging nichts ein: Die Daten wurden zu einer anderen Zeit übernommen.',
  basisReason: (reason, events) => `${events} (${reason})`,
  basisLate: (source, lastDay) => `${source}: zuletzt am ${lastDay}; danach fehlen Daten, die an diesen Wochentagen sonst kamen.`,
  basisSilent: (source, lastDay) => `${source}: diese Woche nichts, zuletzt am ${lastDay}.`,
  basisMissing: (days) => `Ohne Daten, obwohl sonst üblich: ${and(days)}.`,
  basisNet:
    'Alle Beträge ohne Umsatzsteuer. Umsatz (netto) = Bestellungen − Stornos − Erstattungen. Stornos und Erstattungen zählen an dem Tag, an dem sie gebucht wurden; für Bestellungen dieser Woche können noch welche folgen.',
  basisLastYear: 'Die Vorjahreswoche liegt 364 Tage früher, damit gleiche Wochentage verglichen werden; Feiertage können anders fallen.',
  basisArithmetic: 'Die Zerlegungen sind Rechnungen, keine Ursachen: Ihre Teile ergeben zusammen genau die Veränderung.',
  none: 'keine',
}
