/** HTML in which every value is escaped: a text is never markup, whatever is in it. */

export interface Html {
  readonly markup: string
}
type Value = string | Html | readonly Html[] | undefined

export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  markup: parts.map((part, i) => part + (i < values.length ? markupOf(values[i]) : '')).join(''),
})

function markupOf(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return escaped(value)
  return 'markup' in value ? value.markup : value.map(({ markup }) => markup).join('\n')
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')

export const paragraph = (text: string): Html => html`<p>${text}</p>`
export const note = (text: string): Html => html`<p class="note">${text}</p>`
export const list = (items: readonly Html[]): Html => html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`

/** Texts that together are one. */
export const joined = (...texts: readonly (string | Html)[]): Html => ({ markup: texts.map(markupOf).join('') })

/** The first cell names its row. */
export const table = (columns: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html => html`<table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}
</tbody>
</table>`

export const definitions = (entries: readonly (readonly [string, string | Html])[]): Html =>
  html`<dl>${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
