/** The weekly report. On a path of its own: drawing charts takes a second to load, which no other command should wait for. */
export { collectFacts, type WeeklyFacts, type WeeklySource } from './facts.ts'
export { weeklyFiles } from './files.ts'
export { type Language, languages } from './languages/messages.ts'
export { type WeeklyReport, weeklyReport } from './model.ts'
export { type InLanguages, type WeeklySummary, weeklySummary } from './summary.ts'
export { contradictions } from './verify.ts'
export { lastCompleteWeek, parseWeek, type Week } from './week.ts'
