/** How many wrong guesses a process answers: a bucket that fills at a steady rate. What is right takes nothing out of it. */
export function createGuessLimit({ perMinute, nowMs }: { perMinute: number; nowMs: () => number }) {
  const perMs = perMinute / 60_000
  let level = perMinute
  let filledMs = nowMs()
  function fill(): void {
    level = Math.min(perMinute, level + (nowMs() - filledMs) * perMs)
    filledMs = nowMs()
  }
  return {
    /** @returns 0, or the seconds until the next guess is answered */
    waitSeconds(): number {
      fill()
      return level < 1 ? Math.ceil((1 - level) / perMs / 1000) : 0
    },
    failed(): void {
      fill()
      level = Math.max(0, level - 1)
    },
  }
}
