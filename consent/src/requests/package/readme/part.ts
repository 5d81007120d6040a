/** The explanation in one language: the short answer first, then what stands behind it. */
import { type SectionName, sectionNames, word } from '../languages/messages.ts'
import type { Wording } from '../languages/wording.ts'
import type { Answer } from './answer.ts'
import { definitions, type Html, html, joined, list, note, paragraph } from './html.ts'
import { sections } from './sections.ts'

/** Without data there is nothing to tell of these. */
const aboutData: readonly SectionName[] = ['data', 'places', 'sources', 'pseudonyms']

export function partIn(words: Wording, answer: Answer): Html {
  const { language, say } = words
  const told = sectionNames.filter((name) => answer.rows > 0 || !aboutData.includes(name))
  const id = (name: SectionName) => `${language}-${name}`
  return html`<section class="part" lang="${language}" id="${language}">
<h1>${say.title}</h1>
<p class="note">${say.law}</p>
${short(words, answer)}
<nav aria-label="${say.contents}">
<h2>${say.contents}</h2>
<ol>
${told.map((name) => html`<li><a href="#${id(name)}">${say.section[name]}</a></li>`)}
</ol>
</nav>
${told.map(
  (name) => html`<section id="${id(name)}">
<h2>${say.section[name]}</h2>
${sections[name](words, answer)}
</section>`,
)}
</section>`
}

function short(words: Wording, answer: Answer): Html {
  const { say } = words
  return html`<section class="short">
<h2>${say.answer.title}</h2>
<p class="lead">${verdict(words, answer)}</p>
${answer.stores.length > 0 ? places(words, answer) : undefined}
${note(say.answer.scope)}
${about(words, answer)}
${answer.identifiers.some(({ kind }) => kind === 'device') && answer.rows > 0 ? note(say.answer.sharedDevice) : undefined}
</section>`
}

function verdict({ say, count }: Wording, { rows, requestOnly }: Answer): string {
  if (rows === 0) return say.answer.notHeld
  return requestOnly ? say.answer.heldRequestOnly : say.answer.held(count(rows), rows === 1)
}

const places = (words: Wording, { stores }: Answer): Html =>
  joined(
    paragraph(`${words.say.answer.where}:`),
    list(stores.map(({ store, rows }) => joined(words.store(store), ': ', html`<strong>${words.entries(rows)}</strong>`))),
  )

function about({ say, instant, list: listed }: Wording, { request, controller, identifiers }: Answer): Html {
  const kinds = (named: boolean) => [...new Set(identifiers.filter((each) => each.named === named).map(({ kind }) => word(say.identifier, kind)))]
  const searched = [
    [kinds(true), say.answer.named],
    [kinds(false), say.answer.found],
  ] as const
  return definitions([
    [say.answer.request, request.id],
    [say.answer.receivedAt, instant(request.receivedAt)],
    [say.answer.generatedAt, instant(request.generatedAt)],
    [say.answer.controller, controller ? [controller.name, controller.address, controller.contact].filter(Boolean).join(', ') : say.unknownController],
    [
      say.answer.searchedFor,
      searched
        .filter(([names]) => names.length > 0)
        .map(([names, how]) => `${listed(names)} (${how})`)
        .join('; '),
    ],
  ])
}
