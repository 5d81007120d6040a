/** The frame of every page behind the sign-in. */
import { useIsFetching, useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { ApiError, endSession, readSession } from './api.ts'
import { SessionContext, useDocumentLanguage, usePageState, useSpeech } from './page.tsx'
import { Choice } from './parts/choice.tsx'
import { Failure } from './parts/failure.tsx'
import { applyTheme, themes, useTheme } from './theme.ts'

export function SignedIn() {
  const { words } = useSpeech()
  const session = useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: 60_000, refetchInterval: 600_000 })
  // While new answers are on their way, the old ones are shown as what they are.
  const fetching = useIsFetching() > 0
  useDocumentLanguage()
  if (session.error instanceof ApiError && session.error.status === 401) {
    location.replace('/sign-in')
    return null
  }
  if (session.error) return <Failure error={session.error} retry={() => void session.refetch()} />
  if (!session.data) return <p className="loading">{words.loading}</p>
  return (
    <SessionContext value={session.data}>
      <a className="skip" href="#content">
        {words.skipToContent}
      </a>
      <Header demo={session.data.demo} />
      <main id="content" tabIndex={-1} aria-busy={fetching}>
        <Outlet />
      </main>
    </SessionContext>
  )
}

function Header({ demo }: { demo: boolean }) {
  const { language, words } = useSpeech()
  const [, change] = usePageState()
  const theme = useTheme()
  const signOut = async () => {
    await endSession()
    location.assign('/sign-in')
  }
  return (
    <header className="top">
      <Link to="/" search={true} className="brand">
        Kanalblick
      </Link>
      {demo && (
        <span className="ribbon" title={words.demoExplained}>
          {words.demoData}
        </span>
      )}
      <nav>
        <Link to="/" search={true} activeOptions={{ exact: true, includeSearch: false }}>
          {words.overview}
        </Link>
        <Link to="/reports" search={true} activeOptions={{ includeSearch: false }}>
          {words.weeklyReports}
        </Link>
      </nav>
      <div className="settings">
        <Choice
          label={words.language}
          value={language}
          options={[
            { id: 'de', text: 'Deutsch' },
            { id: 'en', text: 'English' },
          ]}
          choose={(lang) => change({ lang })}
          hideLabel
        />
        <Choice label={words.theme} value={theme} options={themes.map((id) => ({ id, text: words.themes[id] }))} choose={applyTheme} hideLabel />
        <button type="button" className="quiet" onClick={() => void signOut()}>
          {words.signOut}
        </button>
      </div>
    </header>
  )
}
