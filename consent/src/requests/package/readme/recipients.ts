/** Art. 15(1)(c) and (2): who receives the data, by name, and what protects them in third countries. */
import type { Controller, Recipient } from '../input.ts'
import { word } from '../languages/messages.ts'
import type { Wording } from '../languages/wording.ts'
import { type Html, html, joined, paragraph, table } from './html.ts'

/** The European Economic Area: elsewhere is a third country. */
const area = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ')

export function recipients(words: Wording, controller: Controller | undefined): Html {
  const { say } = words
  if (!controller) return paragraph(say.recipients.unknown)
  if (controller.recipients.length === 0) return paragraph(say.recipients.none)
  const rows = controller.recipients.map((recipient) => [recipient.name, purposeOf(words, recipient), where(words, recipient)])
  return joined(paragraph(say.recipients.lead), table([say.column.recipient, say.column.purpose, say.column.place], rows))
}

function purposeOf({ say }: Wording, { purpose }: Recipient): string {
  const names = Object.fromEntries(Object.entries(say.purpose).map(([id, { name }]) => [id, name]))
  return word(names, purpose)
}

function where({ say, country }: Wording, { country: place, safeguard }: Recipient): Html {
  if (area.includes(place)) return html`${country(place)}`
  const outside = /^[A-Z]{2}$/.test(place) ? ` (${say.recipients.thirdCountry})` : ''
  return html`${country(place)}${outside}. ${safeguard === undefined ? say.recipients.noSafeguard : say.recipients.safeguard(safeguard)}`
}
