/** What every part of the page needs: who asks, which language, what the address says. */
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { createContext, useContext, useEffect } from 'react'
import type { Session } from './api.ts'
import { createFormatting, type Formatting, type Language } from './formatting.ts'
import { type Change, changed, type PageState } from './state.ts'
import { de } from './words/de.ts'
import { en } from './words/en.ts'
import type { Words } from './words/words.ts'

interface Speech {
  readonly language: Language
  readonly words: Words
  readonly format: Formatting
}

const speeches: Readonly<Record<Language, Speech>> = {
  de: { language: 'de', words: de, format: createFormatting('de') },
  en: { language: 'en', words: en, format: createFormatting('en') },
}

const root = getRouteApi('__root__')

const rememberedLanguage = 'kanalblick-language'

/** The address says it, else what was chosen last, else the browser. */
export function useSpeech(): Speech {
  const { lang } = root.useSearch()
  const remembered = lang ?? localStorage.getItem(rememberedLanguage) ?? navigator.language.slice(0, 2)
  return speeches[remembered === 'en' ? 'en' : 'de']
}

/** Tells the document which language it is in, and the browser which one to take next time. */
export function useDocumentLanguage(): void {
  const { language } = useSpeech()
  useEffect(() => {
    document.documentElement.lang = language
    localStorage.setItem(rememberedLanguage, language)
  }, [language])
}

export function usePageState(): readonly [PageState, (change: Change) => void] {
  const state = root.useSearch()
  const navigate = useNavigate()
  return [state, (change) => void navigate({ to: '.', search: changed(state, change), resetScroll: false })]
}

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('Only pages behind the sign-in know the session.')
  return session
}
