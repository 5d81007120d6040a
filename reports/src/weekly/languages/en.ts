import type { Messages } from './messages.ts'

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' })
const and = (items: readonly string[]) => list.format(items)
const percentOf = (percent: string | undefined) => (percent === undefined ? '' : ` (${percent})`)

export const en: Messages = {
  locale: 'en-GB',
  title: (week) => `Weekly report, ${week}`,
  week: (number, year) => `week\u00a0${number}/${year}`,
  weekShort: (number) => `W${number}`,
  comparison: { previous: 'Week before', last_year: 'Last year' },
  sinceComparison: { previous: 'on the week before', last_year: 'on last year' },
  unchangedValue: 'no change',
  quoted: (name) => `“${name}”`,
  comparedTo: (comparisons) => `Compared with ${and(comparisons)}.`,
  than: (comparison, week) => (comparison === 'previous' ? `in the week before (${week})` : `in the corresponding week last year (${week})`),
  against: (comparison, week) => (comparison === 'previous' ? `the week before (${week})` : `the corresponding week last year (${week})`),
  period: (week, days) => `${week.charAt(0).toUpperCase()}${week.slice(1)}, ${days}`,
  sectionTitle: (currency) => `Amounts in ${currency}`,

  measure: {
    revenue_net: 'Net revenue',
    orders: 'Orders',
    average_order_value: 'Average order value',
    cancelled: 'Cancellations',
    refunds: 'Refunds',
  },
  effect: {
    orders: 'Number of orders',
    average_order_value: 'Value per order',
    cancelled: 'Cancellations',
    refunds: 'Refunds',
  },
  noValue: 'no value',

  happened: (week, amount, changes) => `In ${week}, net revenue was ${amount}${changes.length > 0 ? `: ${and(changes)}` : ''}.`,
  changed: (direction, { amount, percent }, than) =>
    direction === 0 ? `the same as ${than}` : `${amount}${percentOf(percent)} ${direction > 0 ? 'more' : 'less'} than ${than}`,
  unavailable: (comparison, status, firstDay) =>
    `A comparison with ${comparison === 'previous' ? 'the week before' : 'last year'} is not possible: the data begin on ${firstDay} only${status === 'began_within' ? ', within the week to compare with' : ''}.`,
  beganWithinWeek: (firstDay) => `The week is not complete: the data begin on ${firstDay} only.`,

  carried: (direction, against, carriers) =>
    `Arithmetically, the largest parts of the ${direction > 0 ? 'rise' : 'fall'} against ${against} are (each view on its own): ${carriers.join('; ')}.`,
  carrier: (dimension, name, amount) => `${{ effect: '', channel: 'channel ', country: 'country ', product: 'product ' }[dimension]}${name} (${amount})`,
  notExplained: 'Without a week to compare with, nothing can be said about what contributed.',
  unchanged: (against) => `Against ${against} there is no change to take apart.`,

  lookAtSilentSources: (sources) =>
    `Please check first: ${and(sources)} delivered nothing this week, but did in the four weeks before; the numbers may therefore be incomplete.`,
  lookAtLateSources: (sources) =>
    `Please check first: ${and(sources)} delivered nothing on the last days of this week, on which there usually are data; the numbers may therefore be incomplete.`,
  lookAtMissingDays: (days) =>
    `Please check first: data are missing (${and(days)}), although there usually are some on ${days.length === 1 ? 'this day' : 'these days'} of the week.`,
  lookAtLosses: (share, shareBefore, than) =>
    `Worth a look are cancellations and refunds: they take ${share} of revenue before deductions; ${than} it was ${shareBefore}.`,
  lookAtProduct: (name, amount, against) => `Worth a look is the product ${name}: against ${against}, it lost most (${amount}).`,
  nothingFell: (against) => `No product lost revenue against ${against}.`,
  lookNextWeek: 'From the next complete week on, changes can be shown.',

  noSales: 'There are no sales in this week nor in the weeks to compare with.',
  noData: 'There are no data up to the end of this week. Connect a channel or import orders, and this report fills up.',
  trendTitle: 'Net revenue of the last 13 weeks',
  thisYear: 'revenue',
  yearBefore: 'a year before',
  weekColumn: 'Week',
  trendSummary: ({ highest, highestWeek, lowest, lowestWeek, current }) =>
    `Highest with ${highest} in ${highestWeek}, lowest with ${lowest} in ${lowestWeek}; most recently ${current}.`,

  changeTitle: (against, amount) => `Change against ${against}: ${amount}`,
  dimension: { effects: 'By what makes up revenue', channels: 'By channel', countries: 'By country', products: 'By product' },
  dimensionNote: {
    effects: 'More cancellations or refunds lower revenue and therefore carry a minus.',
    channels: 'The channels that changed most.',
    countries: 'The countries that changed most.',
    products: 'The five products that rose most and the five that fell most.',
  },
  currentColumn: 'This week',
  changeColumn: 'Change',
  other: 'All others together',
  totalChange: 'Total',
  unknownCountry: 'Country unknown',
  noProduct: 'No product (shipping, for example)',
  contributionSummary: ({ rise, fall, other }) =>
    `Largest rise: ${rise ?? 'none'}; largest fall: ${fall ?? 'none'}${other === undefined ? '' : `; all others together ${other}`}.`,
  asTable: 'As a table',

  basisTitle: 'What this rests on',
  basisEvents: (events, sources) => `${events} events in this week, from: ${sources.join(', ')}.`,
  noEvents: 'No events in this week.',
  basisConsent: (share, consented, events, before) =>
    `Consent share ${share}${before === undefined ? '' : ` (week before: ${before})`}: ${consented} of ${events} events carry a pseudonym for web analytics.`,
  basisBooks: 'Revenue, orders, cancellations and refunds come from your books and do not depend on this share.',
  basisDeliveries: (accepted, dropped, rejected) => `Came in during this week (UTC): ${accepted} events; dropped: ${dropped}; rejected: ${rejected}.`,
  basisNoDeliveries: 'Nothing came in during this week itself: the data were taken over at another time.',
  basisReason: (reason, events) => `${events} (${reason})`,
  basisLate: (source, lastDay) => `${source}: last on ${lastDay}; after it, data are missing that usually come on these days of the week.`,
  basisSilent: (source, lastDay) => `${source}: nothing this week, last on ${lastDay}.`,
  basisMissing: (days) => `Without data, against what is usual: ${and(days)}.`,
  basisNet:
    'All amounts are without VAT. Net revenue = orders − cancellations − refunds. Cancellations and refunds count on the day they were booked; more can follow for orders of this week.',
  basisLastYear: 'The corresponding week last year lies 364 days earlier, so that the same weekdays are compared; holidays can fall differently.',
  basisArithmetic: 'What takes a change apart is arithmetic, not cause: the parts add up to the change exactly.',
  none: 'none',
}
