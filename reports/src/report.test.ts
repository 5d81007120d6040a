import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reports } from './reports.ts'

const placeholders = (sql: string) => [...new Set([...withoutComments(sql).matchAll(/\{(\w+):\w+\}/g)].map(([, name]) => String(name)))].toSorted()
const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, '')

test.each(reports.map((report) => [report.name, report] as const))(
  '%s: the placeholders in the SQL are the keys of its parameters',
  (_name, { sql, params }) => {
    expect(placeholders(sql)).toEqual(Object.keys(params.shape).toSorted())
  },
)

test.each(reports.map((report) => [report.name, report] as const))('%s: the SQL opens with its question, grain and parameters', (_name, { sql }) => {
  expect(sql).toMatch(/^-- .+\?\n--\n-- Grain: .+\n(-- .+\n)*?-- Parameters: /)
})

test('every file of SQL is a report', () => {
  const files = readdirSync(new URL('../sql', import.meta.url)).map((file) => file.replace(/\.sql$/, ''))
  expect(files.toSorted()).toEqual(reports.map(({ name }) => name).toSorted())
})
