import { type ReactNode, useState } from 'react'
import { useSpeech } from '../page.tsx'

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly cell: (row: Row) => ReactNode
  /** What the column is sorted by, largest first; without it, it cannot be. */
  readonly order?: (row: Row) => number
}

interface DataTableProps<Row> {
  readonly caption: string
  /** The first names the row. */
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly shown?: number
  /** Makes rows choices: what a click on one does, and whether it is chosen. */
  readonly choice?: { readonly choose: (row: Row) => void; readonly isChosen: (row: Row) => boolean; readonly label: (row: Row) => string }
}

export function DataTable<Row>({ caption, columns, rows, keyOf, shown = 10, choice }: DataTableProps<Row>) {
  const { words } = useSpeech()
  const [sorted, setSorted] = useState<string>()
  const [all, setAll] = useState(false)
  const order = columns.find(({ id }) => id === sorted)?.order
  const ordered = order ? rows.toSorted((a, b) => order(b) - order(a)) : rows
  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ id, title, order: sortable }) => (
                <th key={id} scope="col" aria-sort={sortable && sorted === id ? 'descending' : undefined}>
                  {sortable ? (
                    <button type="button" className="sort" title={words.sortBy(title)} onClick={() => setSorted(sorted === id ? undefined : id)}>
                      {title}
                      <span aria-hidden>{sorted === id ? ' ↓' : ''}</span>
                    </button>
                  ) : (
                    title
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ordered.slice(0, all ? undefined : shown).map((row) => (
              <TableRow key={keyOf(row)} row={row} columns={columns} choice={choice} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && (
        <button type="button" className="quiet" onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? words.showFewer : words.showAll(rows.length)}
        </button>
      )}
    </>
  )
}

function TableRow<Row>({ row, columns, choice }: Pick<DataTableProps<Row>, 'columns'> & { row: Row; choice: DataTableProps<Row>['choice'] }) {
  const [name, ...values] = columns
  const chosen = choice?.isChosen(row) ?? false
  return (
    <tr className={choice ? `choosable${chosen ? ' chosen' : ''}` : undefined} onClick={choice && (() => choice.choose(row))}>
      <th scope="row">
        {choice ? (
          <button
            type="button"
            className="row"
            aria-pressed={chosen}
            title={choice.label(row)}
            onClick={(event) => (event.stopPropagation(), choice.choose(row))}
          >
            {name?.cell(row)}
          </button>
        ) : (
          name?.cell(row)
        )}
      </th>
      {values.map(({ id, cell }) => (
        <td key={id}>{cell(row)}</td>
      ))}
    </tr>
  )
}
