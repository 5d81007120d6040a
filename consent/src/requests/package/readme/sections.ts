/** What each section tells. */
import { purposes as lawful } from '@kanalblick/stream'
import { type SectionName, word } from '../languages/messages.ts'
import type { Wording } from '../languages/wording.ts'
import { periodOf } from '../period.ts'
import type { Answer, AnsweredStore } from './answer.ts'
import { type Html, html, joined, list, note, paragraph, table } from './html.ts'
import { recipients } from './recipients.ts'

type Section = (words: Wording, answer: Answer) => Html

export const sections: Readonly<Record<SectionName, Section>> = {
  data({ say }, { purposes, undescribed }) {
    const rows = [...purposes].map(([purpose, categories]) => [
      joined(term(say.purpose[purpose]), '. ', html`<span class="basis">${say.data.basis(say.basis[lawful[purpose].basis])}</span>`),
      list([...categories].map((category) => term(say.category[category]))),
    ])
    const further = undescribed ? [paragraph(say.data.undescribed)] : []
    return joined(paragraph(say.data.lead), table([say.column.purposeAndBasis, say.column.category], rows), ...further)
  },

  places: (words, { stores }) => joined(paragraph(words.say.places.lead), ...stores.map((store) => place(words, store))),

  sources({ say, count }, { sources }) {
    if (sources.length === 0) return paragraph(say.sources.none)
    const rows = sources.map(({ channel, instance, collector, rows }) => [
      word(say.channel, channel),
      joined(...(instance === '' ? [] : [code(instance)]), ...(collector === '' ? [] : [' ', word(say.collector, collector)])),
      count(rows),
    ])
    return joined(paragraph(say.sources.lead), table([say.column.channel, say.column.instance, say.column.entries], rows))
  },

  recipients: (words, { controller }) => recipients(words, controller),

  consent({ say, count, instant }, { decisions, decisionCount }) {
    if (decisions.length === 0) return paragraph(say.consent.none)
    const rows = decisions.map(({ at, purpose, state, mechanism }) => [
      instant(at),
      say.purpose[purpose].name,
      joined(html`<strong>${say.decision[state]}</strong>`, ...(mechanism ? [`, ${say.mechanism[mechanism]}`] : [])),
    ])
    return joined(
      paragraph(say.consent.lead),
      table([say.column.when, say.column.purpose, say.column.decision], rows),
      ...(decisionCount > decisions.length ? [note(say.consent.latest(count(decisions.length), count(decisionCount)))] : []),
      note(say.consent.since),
    )
  },

  pseudonyms: ({ say }) => joined(...say.pseudonyms.map(paragraph)),
  automated: ({ say }) => paragraph(say.automated),

  rights: ({ say }, { controller, request }) =>
    joined(
      paragraph(say.rights.lead),
      list(say.rights.list.map(term)),
      paragraph(say.rights.how(controller?.contact ?? say.unknownContact, request.id)),
      paragraph(say.rights.free),
    ),

  complaint: ({ say }, { controller }) => paragraph(say.complaint(controller?.supervisoryAuthority)),

  nothing({ say, store }, { emptyStores, otherStores }) {
    const rows = [
      ...emptyStores.map((name) => [named(name, store(name)), say.nothing.searched]),
      ...otherStores.map(({ store: name, reason }) => [named(name, store(name)), word(say.reason, reason)]),
    ]
    return joined(paragraph(say.nothing.lead), table([say.column.place, say.column.why], rows))
  },

  missing: ({ say }) => joined(...say.missing.map(paragraph)),
  files: ({ say }) => joined(paragraph(say.files.lead), list(say.files.list.map(({ name, what }) => joined(code(name), ': ', what)))),
}

const term = ({ name, what }: { readonly name: string; readonly what: string }) => joined(html`<strong>${name}</strong>`, ': ', what)
const code = (text: string) => html`<code>${text}</code>`
/** With the name that the files and the data map use. */
const named = (name: string, title: string) => (title === name ? code(name) : joined(title, ' ', code(name)))

function place(words: Wording, { store, zone, rows, annotations, holdings, changed, files }: AnsweredStore): Html {
  const { say } = words
  const period = periodOf(store, annotations, words)
  const held = holdings.map((holding) => [
    word(say.holding, holding.what),
    words.count(holding.rows),
    say.onErasure(holding, holding.until === undefined ? undefined : words.day(holding.until)),
  ])
  return html`<article>
<h3>${named(store, words.store(store))}</h3>
<p>${words.entries(rows)}. ${say.zone[zone]}</p>
${period === '' ? undefined : paragraph(say.places.kept(period))}
${held.length > 0 ? table([say.column.what, say.column.entries, say.column.onErasure], held) : undefined}
${note(say.places.files(files.json, files.csv))}
${changed ? note(say.places.changed) : undefined}
</article>`
}
