import { useId } from 'react'
import { useSpeech } from '../page.tsx'
import type { Explanation } from '../words/words.ts'

/** The name of a number with a button that says what it means and how it is made. */
export function Explained({ explanation }: { explanation: Explanation }) {
  const { words } = useSpeech()
  const id = useId()
  return (
    <>
      <button type="button" className="explain" popoverTarget={id} aria-label={words.explain(explanation.name)}>
        ?
      </button>
      <div id={id} popover="auto" role="dialog" aria-labelledby={`${id}-name`} className="explanation">
        <strong id={`${id}-name`}>{explanation.name}</strong>
        <p>{explanation.meaning}</p>
        <p>
          <em>{words.calculation}:</em> {explanation.calculation}
        </p>
        <button type="button" popoverTarget={id} popoverTargetAction="hide">
          {words.close}
        </button>
      </div>
    </>
  )
}
