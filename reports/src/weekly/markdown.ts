import type { Block, DataTable, Document } from './content.ts'

/** Reads well as plain text too: charts become their summary and their table. */
export const toMarkdown = ({ blocks }: Document): string => `${blocks.map(block).join('\n\n')}\n`

function block(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escape(block.text)}`
    case 'note':
    case 'lead':
      return paragraph(block.text)
    case 'list':
      return block.items.map((item) => `- ${paragraph(item)}`).join('\n')
    case 'figures':
      return block.figures
        .map(
          ({ label, value, comparisons }) =>
            `- **${escape(label)}: ${escape(value)}**${comparisons.map((each) => `; ${escape(`${each.text} ${each.label}`)}`).join('')}`,
        )
        .join('\n')
    case 'chart':
      return `${paragraph(block.summary)}\n\n${table(block.table)}`
  }
}

const table = ({ columns, rows }: DataTable): string =>
  [
    line(columns.map(escape)),
    line(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(({ cells, total }) => line(cells.map((cell) => (total ? `**${escape(cell)}**` : escape(cell))))),
  ].join('\n')

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** At the beginning of a line, a sign or a number would begin a list. */
const paragraph = (text: string): string =>
  escape(text)
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s)/, '$1\\$2')

/** A name must not become a heading, a link, a picture or HTML. Breaks become spaces: a cell is one line. */
const escape = (text: string): string => text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll(/[\\`*_[\]<>|#~&!$]/g, (character) => `\\${character}`)
