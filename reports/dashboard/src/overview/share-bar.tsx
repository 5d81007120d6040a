import { useSpeech } from '../page.tsx'

/** A share as a number, with a bar that repeats it. */
export function ShareBar({ share }: { share: number }) {
  const { format } = useSpeech()
  return (
    <span className="share">
      <span className="bar" aria-hidden style={{ '--share': Math.min(1, Math.max(0, share)) } as React.CSSProperties} />
      {format.percent(share)}
    </span>
  )
}
