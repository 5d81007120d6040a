import { useSpeech } from '../page.tsx'

/** One part failed: it says so, and the others go on. */
export function Failure({ error, retry }: { error: Error; retry: () => void }) {
  const { words } = useSpeech()
  return (
    <p className="failure" role="alert">
      {words.failed(error.message)}{' '}
      <button type="button" onClick={retry}>
        {words.retry}
      </button>
    </p>
  )
}
