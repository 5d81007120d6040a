/** The explanation as one file that is complete in itself: no script, and nothing that it would load from anywhere. */
import { languages } from '../languages/messages.ts'
import { wordings } from '../languages/wording.ts'
import type { Answer } from './answer.ts'
import { html } from './html.ts'
import { partIn } from './part.ts'
import { style } from './style.ts'

export function readme(answer: Answer): string {
  const parts = languages.map((language) => wordings[language](answer.timeZone))
  const page = html`<!doctype html>
<html lang="${languages[0]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${parts.map(({ say }) => say.title).join(' · ')}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<header>
<ul class="languages">
${parts.map(({ language, say }) => html`<li><a href="#${language}" lang="${language}" hreflang="${language}">${say.languageName}</a></li>`)}
</ul>
</header>
<main>
${parts.map((words) => partIn(words, answer))}
</main>
</body>
</html>
`
  return page.markup
}
