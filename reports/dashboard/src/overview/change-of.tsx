import type { Cell } from '../api.ts'
import type { Unit } from '../formatting.ts'
import { useSpeech } from '../page.tsx'

interface ChangeOfProps {
  readonly current: Cell | undefined
  readonly before: Cell | undefined
  readonly unit: Unit
  readonly currency: string
}

/** How a value changed: a share in points, everything else in per cent. The sign says it, colour only repeats it. */
export function ChangeOf({ current, before, unit, currency }: ChangeOfProps) {
  const { words, format } = useSpeech()
  if (typeof current !== 'number' || typeof before !== 'number') return <span className="change">–</span>
  // A tenth of a point is the least that is shown.
  const difference = unit === 'ratio' ? Math.round((current - before) * 1000) / 1000 : current - before
  const text =
    difference === 0
      ? words.unchanged
      : unit === 'ratio'
        ? format.signed(difference, unit, currency)
        : before > 0
          ? format.signedPercent(difference / before)
          : before === 0
            ? words.newNow
            : format.signed(difference, unit, currency)
  return <span className={`change ${difference > 0 ? 'rise' : difference < 0 ? 'fall' : ''}`}>{text}</span>
}
