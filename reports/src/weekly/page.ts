import { palette } from '../charts/chart.ts'
import { toSvg } from '../charts/svg.ts'
import type { Block, DataTable, Document } from './content.ts'
import { escapeHtml } from './html.ts'

/** One file that is complete in itself: no script, and nothing that it would load from anywhere. */
export const toPage = ({ language, title, blocks }: Document): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${blocks.map(block).join('\n')}
</main>
</body>
</html>
`

function block(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`
    case 'note':
    case 'lead':
      return `<p class="${block.kind}">${escapeHtml(block.text)}</p>`
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${escapeHtml(item)}</li>`).join('\n')}\n</ul>`
    case 'figures':
      return `<ul class="figures">\n${block.figures.map(figure).join('\n')}\n</ul>`
    case 'chart':
      return `<figure>
<div class="scroll">${toSvg(block.chart, block.summary)}</div>
<figcaption>${escapeHtml(block.summary)}</figcaption>
<details><summary>${escapeHtml(block.asTable)}</summary>
<div class="scroll">${table(block.table)}</div>
</details>
</figure>`
  }
}

const figure = ({ label, value, comparisons }: { label: string; value: string; comparisons: readonly { label: string; text: string }[] }): string =>
  `<li><span class="label">${escapeHtml(label)}</span><strong>${escapeHtml(value)}</strong>${comparisons
    .map((comparison) => `<span class="compared">${escapeHtml(comparison.text)} <span>${escapeHtml(comparison.label)}</span></span>`)
    .join('')}</li>`

const table = ({ columns, rows }: DataTable): string => `<table>
<thead><tr>${columns.map((column) => (column === '' ? '<td></td>' : `<th scope="col">${escapeHtml(column)}</th>`)).join('')}</tr></thead>
<tbody>
${rows.map(({ cells: [name = '', ...numbers], total }) => `<tr${total ? ' class="total"' : ''}><th scope="row">${escapeHtml(name)}</th>${numbers.map((number) => `<td>${escapeHtml(number)}</td>`).join('')}</tr>`).join('\n')}
</tbody>
</table>`

const style = `
:root { color-scheme: light; }
body { margin: 0; background: #f3f5f7; color: ${palette.text}; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 24px 32px 48px; background: #fff; }
h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.2; }
h2 { margin: 40px 0 8px; font-size: 21px; line-height: 1.3; }
h3 { margin: 24px 0 0; font-size: 17px; }
p { margin: 0 0 8px; }
.note { color: #4a5560; font-size: 14px; }
.lead { font-size: 18px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0; list-style: none; }
.figures li { padding: 12px 16px; border: 1px solid ${palette.line}; border-radius: 8px; }
.figures span { display: block; }
.figures strong { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.figures .label { font-size: 14px; }
.figures .compared { margin-top: 4px; font-size: 14px; font-variant-numeric: tabular-nums; }
.figures .compared span { color: #4a5560; }
figure { margin: 8px 0 0; }
figure svg { display: block; width: 100%; min-width: 560px; height: auto; }
figcaption { color: #4a5560; font-size: 14px; }
details { margin-top: 8px; }
summary { cursor: pointer; color: ${palette.subject}; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 8px; border-bottom: 1px solid ${palette.line}; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; }
tbody th { font-weight: normal; }
.total th, .total td { font-weight: bold; border-bottom: 0; }
@media (max-width: 600px) { main { padding: 16px 16px 32px; } .lead { font-size: 16px; } }
@media print { body { background: #fff; } main { padding: 0; } h2, h3 { break-after: avoid; } figure { break-inside: avoid; } }
`
