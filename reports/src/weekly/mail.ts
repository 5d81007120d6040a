import { palette } from '../charts/chart.ts'
import { toPng } from '../charts/png.ts'
import type { Block, DataTable, Document, Figure } from './content.ts'
import { escapeHtml } from './html.ts'

/**
 * For mail programs: tables and inline styles, nothing to load. They drop SVG, so the trend stands as PNG within the file (sent, it becomes
 * an attached part) and every chart as a table with bars of coloured cells: whoever sees no pictures misses no number.
 */
export const toMail = ({ language, title, blocks }: Document): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:0;background:#f3f5f7;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f5f7;"><tr><td align="center" style="padding:16px 8px;">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:640px;background:#ffffff;"><tr><td style="padding:24px;${font}">
${blocks.map(block).join('\n')}
</td></tr></table>
</td></tr></table>
</body>
</html>
`

const font = `font-family:Arial,Helvetica,sans-serif;color:${palette.text};`
const muted = '#4a5560'
/** The card is 640 pixels wide, 24 of them padding on each side. */
const contentWidth = 592
const headings = {
  1: 'margin:0 0 4px;font-size:24px;line-height:30px;',
  2: 'margin:28px 0 8px;font-size:19px;line-height:25px;',
  3: 'margin:20px 0 4px;font-size:16px;line-height:22px;',
}
const border = `border-bottom:1px solid ${palette.line};`

function block(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level} style="${headings[block.level]}${font}">${escapeHtml(block.text)}</h${block.level}>`
    case 'note':
      return `<p style="margin:0 0 8px;font-size:13px;line-height:19px;color:${muted};">${escapeHtml(block.text)}</p>`
    case 'lead':
      return `<p style="margin:0 0 10px;font-size:16px;line-height:24px;">${escapeHtml(block.text)}</p>`
    case 'list':
      return `<ul style="margin:0;padding:0 0 0 20px;">\n${block.items.map((item) => `<li style="margin:0 0 6px;font-size:13px;line-height:19px;">${escapeHtml(item)}</li>`).join('\n')}\n</ul>`
    case 'figures':
      return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:16px 0 0;">\n${block.figures.map(figure).join('\n')}\n</table>`
    case 'chart':
      return `${picture(block)}${table(block.table)}\n<p style="margin:6px 0 0;font-size:13px;line-height:19px;color:${muted};">${escapeHtml(block.summary)}</p>`
  }
}

function picture({ chart, summary }: Extract<Block, { kind: 'chart' }>): string {
  if (chart.kind !== 'trend') return ''
  const { bytes, width, height } = toPng(chart, summary)
  const [shownWidth, shownHeight] = [contentWidth, Math.round((height * contentWidth) / width)]
  const source = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
  return `<img src="${source}" width="${shownWidth}" height="${shownHeight}" alt="${escapeHtml(summary)}" style="display:block;width:100%;max-width:${shownWidth}px;height:auto;border:0;background:#ffffff;">\n`
}

const figure = ({ label, value, comparisons }: Figure): string =>
  `<tr><th scope="row" align="left" style="${border}padding:8px 8px 8px 0;font-size:14px;font-weight:normal;${font}">${escapeHtml(label)}</th>${cell(`<strong style="font-size:16px;">${escapeHtml(value)}</strong>`)}${comparisons
    .map((comparison) => cell(`${escapeHtml(comparison.text)}<br><span style="font-size:12px;color:${muted};">${escapeHtml(comparison.label)}</span>`))
    .join('')}</tr>`

const cell = (html: string) => `<td align="right" style="${border}padding:8px 0 8px 8px;font-size:13px;line-height:18px;${font}">${html}</td>`

/** The bar stands behind the last column, and shows it; rises and falls differ in colour and in their signs. Written briefly: Gmail cuts off after 102 kB. */
function table({ columns, rows }: DataTable): string {
  const longest = Math.max(...rows.map(({ value }) => Math.abs(value ?? 0)), 1)
  const head = columns.map((column, index) => `<th scope="col" style="${padding(index)}${border}font-size:12px;color:${muted};">${escapeHtml(column)}</th>`)
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="font-size:13px;line-height:18px;${font}">
<tr>${head.join('')}<td width="${barWidth}" style="${border}"></td></tr>
${rows.map((row) => `<tr>${tableCells(row)}<td style="${border}padding-left:8px;">${bar(row.value, longest)}</td></tr>`).join('\n')}
</table>`
}

const barWidth = 90
const padding = (column: number) => (column === 0 ? 'text-align:left;padding:5px 0;' : 'text-align:right;padding:5px 0 5px 8px;')

const tableCells = ({ cells, total }: DataTable['rows'][number]): string =>
  cells
    .map((text, index) => {
      const style = `${padding(index)}${border}${total ? 'font-weight:bold;' : index === 0 ? 'font-weight:normal;' : ''}`
      return index === 0 ? `<th scope="row" style="${style}">${escapeHtml(text)}</th>` : `<td style="${style}white-space:nowrap;">${escapeHtml(text)}</td>`
    })
    .join('')

function bar(value: number | null, longest: number): string {
  const width = value === null ? 0 : Math.round((Math.abs(value) / longest) * (barWidth - 10))
  if (value === null || width === 0) return ''
  const color = value < 0 ? palette.fall : palette.rise
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td width="${width}" height="12" bgcolor="${color}" style="font-size:0;line-height:0;">&nbsp;</td></tr></table>`
}
