/** For a phone, a desk and paper; by day and by night. All pairs of colours reach WCAG AA. */
export const style = `
:root { color-scheme: light dark; --text: #1c2530; --soft: #4a5560; --page: #f3f5f7; --sheet: #fff; --line: #d5dbe1; --link: #0b5cad; --short: #e9f2fb; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6eaee; --soft: #aeb8c2; --page: #12171c; --sheet: #1a2128; --line: #36414b; --link: #7fb8f0; --short: #1f2f40; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
header, .part { max-width: 760px; margin: 0 auto; padding: 0 32px; }
.part { margin-bottom: 32px; padding-top: 32px; padding-bottom: 40px; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
.languages { display: flex; gap: 8px; justify-content: flex-end; margin: 0; padding: 8px 0; list-style: none; }
.languages li { margin: 0; }
.languages a { display: inline-block; padding: 8px 12px; }
h1 { margin: 0 0 4px; font-size: 28px; line-height: 1.2; }
h2 { margin: 40px 0 8px; font-size: 21px; line-height: 1.3; }
h3 { margin: 0 0 8px; font-size: 17px; line-height: 1.35; }
p, ul, ol { margin: 0 0 10px; }
ul, ol { padding-left: 22px; }
li { margin: 4px 0; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.note { color: var(--soft); font-size: 14px; }
code { font: 0.86em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
h3 code, th code { color: var(--soft); font-weight: normal; }
.short { margin: 24px 0; padding: 20px; background: var(--short); border-radius: 8px; }
.short h2 { margin-top: 0; }
.short strong { white-space: nowrap; }
.lead { font-size: 19px; font-weight: 600; line-height: 1.4; }
dl { margin: 16px 0 0; }
dl div { display: grid; grid-template-columns: 170px 1fr; gap: 2px 16px; padding: 6px 0; border-top: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
nav ol { columns: 2; column-gap: 32px; }
nav li { margin: 0; padding: 4px 0; break-inside: avoid; }
article { margin: 12px 0; padding: 16px; border: 1px solid var(--line); border-radius: 8px; }
article p:last-child { margin-bottom: 0; }
table { width: 100%; margin: 8px 0 12px; border-collapse: collapse; font-size: 15px; }
th, td { padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; hyphens: auto; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: 14px; }
tbody th { font-weight: normal; }
.basis { color: var(--soft); font-size: 14px; }
td ul { margin: 0; padding: 0; list-style: none; }
td li:first-child { margin-top: 0; }
@media (max-width: 600px) {
  header { padding: 0 16px; }
  .part { padding: 20px 16px 28px; border-width: 1px 0; border-radius: 0; }
  .short, article { padding: 14px; }
  h1 { font-size: 24px; }
  dl div { grid-template-columns: 1fr; }
  nav ol { columns: 1; }
  nav li { padding: 6px 0; }
  table { font-size: 14px; }
  th, td { padding-right: 8px; }
}
@media print {
  :root { color-scheme: light; --text: #000; --soft: #333; --page: #fff; --sheet: #fff; --line: #bbb; --link: #000; --short: #fff; }
  body { font-size: 10.5pt; }
  table { font-size: 10pt; }
  header, nav { display: none; }
  .part { max-width: none; margin: 0; padding: 0; border: 0; }
  .part + .part { break-before: page; }
  .short { border: 1px solid #bbb; }
  h1, h2, h3 { break-after: avoid; }
  tr, article, li { break-inside: avoid; }
}
`
