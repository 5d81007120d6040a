/** Takes the code from the link's fragment, which no request has carried, and posts it once. */
import { useEffect, useState } from 'react'
import { openSession } from './api.ts'
import { useSpeech } from './page.tsx'

const code = location.hash.slice(1)
/** Once, also when React mounts twice: the code is worth one use. */
let opening: Promise<void> | undefined

export function SignIn() {
  const { language, words } = useSpeech()
  const [refused, setRefused] = useState(false)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    if (code === '') return
    history.replaceState(null, '', '/sign-in')
    opening ??= openSession(code)
    opening.then(
      () => location.replace('/'),
      () => setRefused(true),
    )
  }, [])
  return (
    <main className="sign-in">
      <h1>Kanalblick: {words.signInTitle}</h1>
      {code !== '' && !refused ? (
        <p role="status">{words.signInWorking}</p>
      ) : (
        <>
          {refused && <p role="alert">{words.signInRefused}</p>}
          <p>{words.signInHow}</p>
          <pre>npx kanalblick sign-in</pre>
        </>
      )}
    </main>
  )
}
