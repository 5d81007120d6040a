import { documentOf } from './content.ts'
import { toJson } from './json.ts'
import type { Language } from './languages/messages.ts'
import { toMail } from './mail.ts'
import { toMarkdown } from './markdown.ts'
import type { WeeklyReport } from './model.ts'
import { toPage } from './page.ts'

/** All outputs by their file names, made from the one model. */
export function weeklyFiles(report: WeeklyReport, languages: readonly Language[]): Readonly<Record<string, string>> {
  const written = languages.flatMap((language) => {
    const document = documentOf(report, language)
    return [
      [`report.${language}.md`, toMarkdown(document)],
      [`report.${language}.html`, toPage(document)],
      [`mail.${language}.html`, toMail(document)],
    ] as const
  })
  return Object.fromEntries([['report.json', `${JSON.stringify(toJson(report), null, 2)}\n`], ...written])
}
