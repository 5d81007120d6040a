/** Why events were dropped or rejected, in words. A reason that has none does not compile. */
import type { DropReason, RejectReason } from '@kanalblick/stream'

type Reason = DropReason | RejectReason

const names: Readonly<Record<'de' | 'en', Readonly<Record<Reason, string>>>> = {
  de: {
    bot: 'automatischer Zugriff',
    erased: 'Person wurde gelöscht',
    no_consent: 'keine Einwilligung',
    restricted: 'Verarbeitung eingeschränkt',
    currency_rate_missing: 'Wechselkurs fehlt',
    event_invalid: 'Feld ungültig',
    event_malformed: 'nicht zuzuordnen',
    event_type_unknown: 'unbekannte Ereignisart',
    payload_unreadable: 'nicht zu entschlüsseln',
    record_unreadable: 'nicht lesbar',
    step_failed: 'Fehler bei der Verarbeitung',
  },
  en: {
    bot: 'automated access',
    erased: 'person was erased',
    no_consent: 'no consent',
    restricted: 'processing restricted',
    currency_rate_missing: 'exchange rate missing',
    event_invalid: 'field invalid',
    event_malformed: 'could not be mapped',
    event_type_unknown: 'unknown type of event',
    payload_unreadable: 'could not be decrypted',
    record_unreadable: 'unreadable',
    step_failed: 'processing failed',
  },
}

/** What a language does not know (of a later version) stays as it is. */
export const reasonName = (reason: string, language: 'de' | 'en'): string => names[language][reason as Reason] ?? reason
