/** Light, dark, or as the system has it: a choice of this browser. */
import { useSyncExternalStore } from 'react'

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const remembered = 'kanalblick-theme'
const changedEvent = 'kanalblick-theme-changed'
const system = matchMedia('(prefers-color-scheme: dark)')

const chosen = (): Theme => themes.find((theme) => theme === localStorage.getItem(remembered)) ?? 'auto'

export function applyTheme(theme: Theme = chosen()): void {
  localStorage.setItem(remembered, theme)
  document.documentElement.dataset['theme'] = theme
  window.dispatchEvent(new Event(changedEvent))
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(changedEvent, listener)
  system.addEventListener('change', listener)
  return () => {
    window.removeEventListener(changedEvent, listener)
    system.removeEventListener('change', listener)
  }
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, chosen)
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, () => chosen() === 'dark' || (chosen() === 'auto' && system.matches))
