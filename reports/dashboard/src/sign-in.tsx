/** Takes the code from the link's fragment, which no request has carried, and posts it once. */
import { useEffect, useState } from 'react'
import { openSession } from './api.ts'
import { useDocumentLanguage, useSpeech } from './page.tsx'

/** Kept by code: React mounts twice, and a code is worth one use. */
const openings = new Map<string, Promise<void>>()

function openOnce(code: string): Promise<void> {
  const opening = openings.get(code) ?? openSession(code)
  openings.set(code, opening)
  return opening
}

export function SignIn() {
  const { words } = useSpeech()
  const [state, setState] = useState<'waiting' | 'working' | 'refused'>('waiting')
  useDocumentLanguage()
  useEffect(() => {
    const open = () => {
      const code = location.hash.slice(1)
      if (code === '') return
      setState('working')
      openOnce(code).then(
        () => location.replace('/'),
        () => setState('refused'),
      )
    }
    open()
    // A link opened in the tab that asks for one changes the fragment only.
    window.addEventListener('hashchange', open)
    return () => window.removeEventListener('hashchange', open)
  }, [])
  return (
    <main className="sign-in">
      <title>{`${words.signInTitle} – Kanalblick`}</title>
      <h1>Kanalblick: {words.signInTitle}</h1>
      {state === 'working' ? (
        <p role="status">{words.signInWorking}</p>
      ) : (
        <>
          {state === 'refused' && <p role="alert">{words.signInRefused}</p>}
          <p>{words.signInHow}</p>
          <pre>npx kanalblick sign-in</pre>
        </>
      )}
    </main>
  )
}
