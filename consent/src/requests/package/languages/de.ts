import type { Holding } from '@kanalblick/stream'
import { type Messages, word } from './messages.ts'

const stores = {
  'events.collected.v1': 'Eingang: Ereignisse, wie sie ankamen (verschlüsselt)',
  'events.consented.v1': 'Zwischenlager nach der Prüfung Ihrer Einwilligung',
  'events.enriched.v1': 'Zwischenlager vor der Auswertung',
  'rejected.consent.v1': 'Zurückgewiesene Ereignisse aus dem Eingang (verschlüsselt)',
  'rejected.transform.v1': 'Zurückgewiesene Ereignisse aus der Aufbereitung',
  'fates.consent.v1': 'Buchführung über verarbeitete Ereignisse (Prüfung)',
  'fates.transform.v1': 'Buchführung über verarbeitete Ereignisse (Aufbereitung)',
  fates: 'Buchführung über verarbeitete Ereignisse',
  events: 'Auswertung: Bestellungen und Besuche',
  consent_records: 'Verzeichnis Ihrer Einwilligungen',
  consent_current: 'Einwilligungen, wie sie jetzt gelten',
  consent_chain: 'Prüfkette des Verzeichnisses',
  subject_pseudonyms: 'Pseudonyme',
  subject_links: 'Verknüpfungen zwischen Ihren Kennungen',
  subject_orders: 'Wem eine Bestellung zugeordnet ist',
  subject_requests: 'Anfragen zum Datenschutz',
  suppressed_subjects: 'Sperrliste nach einer Löschung',
  restated_events: 'Vormerkliste für Neuberechnungen',
  erased_events: 'Vermerk, welche Ereignisse gelöscht wurden',
  stale_days: 'Tage, deren Summen neu berechnet werden',
  stale_months: 'Monate, deren Summen neu berechnet werden',
  rollup_channel_day: 'Tagessummen nach Kanal',
  rollup_product_day: 'Tagessummen nach Artikel',
  rollup_sku_day: 'Tagessummen nach Artikel, ohne Kanal und Land',
  rollup_sku_week: 'Wochensummen nach Artikel, ohne Kanal und Land',
  rollup_product_month: 'Monatssummen nach Artikel',
  migrations: 'Stand der Tabellen',
  ledger_migrations: 'Stand der Tabellen des geschützten Bereichs',
  access_keys: 'Schlüssel für den Zugang von Programmen',
  sign_in_codes: 'Codes zum Anmelden',
  sessions: 'Anmeldungen der Beschäftigten des Händlers',
  weekly_reports: 'Wochenberichte',
  weekly_mails: 'Versand der Wochenberichte',
}

const holdings = {
  behaviour: 'Besuche und Klicks im Shop',
  books: 'Bestellungen in den Büchern',
  decisions: 'Entscheidungen über Einwilligungen',
  current_decisions: 'Entscheidungen, die jetzt gelten',
  pseudonyms: 'Pseudonyme',
  links: 'Verknüpfungen zwischen Ihren Kennungen',
  order_links: 'Verknüpfungen zwischen Ihren Kennungen und Bestellungen',
  collected_events: 'Ereignisse, wie sie ankamen',
  dead_letters: 'zurückgewiesene Ereignisse',
  consented_events: 'Ereignisse nach der Prüfung der Einwilligung',
  enriched_events: 'Ereignisse vor der Auswertung',
  requests: 'Ihre Anfragen zum Datenschutz',
  suppression: 'Sperrvermerk nach einer Löschung',
}

const reasons = {
  totals: 'enthält nur Summen, keine einzelnen Personen',
  catalogue: 'enthält nur Artikel und Inhalte des Händlers',
  settings: 'enthält nur Einstellungen des Händlers',
  accounts: 'enthält nur Zugänge der Beschäftigten des Händlers',
  technical: 'enthält nur technische Angaben, keine Angaben zu Personen',
  books: 'Bücher des Händlers, ohne Bezug zu Ihnen',
  proof: 'Nachweis, dass Ihre Anfrage erledigt wurde',
  suppression: 'damit später eintreffende Daten nicht wieder Ihnen zugeordnet werden',
  books_retention: 'Bücher sind so lange aufzubewahren, wie es das Gesetz verlangt',
  proof_of_consent: 'Nachweis, dass eine Entscheidung getroffen wurde, ohne Ihren Namen',
  proof_of_request: 'Nachweis, dass eine Anfrage beantwortet wurde, ohne Ihren Namen',
  key_expiry: 'verschlüsselt; der Schlüssel wird dann vernichtet',
  topic_retention: 'kurzlebig; vergeht von selbst',
}

export const de: Messages = {
  locale: 'de-DE',
  languageName: 'Deutsch',
  title: 'Auskunft über Ihre Daten',
  law: 'Antwort auf Ihre Anfrage nach Artikel 15 der Datenschutz-Grundverordnung (DSGVO)',
  contents: 'Inhalt',

  answer: {
    title: 'Kurz gesagt',
    held: (rows, one) => `Ja, zu Ihnen ${one ? 'ist ein Eintrag' : `sind ${rows} Einträge`} gespeichert.`,
    heldRequestOnly: 'Nein: Außer dem Vermerk über Ihre Anfrage ist nichts zu Ihnen gespeichert.',
    notHeld: 'Nein, zu den Angaben, mit denen wir gesucht haben, ist nichts gespeichert.',
    scope:
      'Diese Auskunft gilt für Kanalblick, ein Programm, das Verkäufe und Besuche auswertet. Kundenkonto, Rechnungen und E-Mails liegen meist in anderen Programmen des Händlers. Auch danach können Sie ihn fragen.',
    where: 'Wo diese Einträge liegen',
    request: 'Nummer der Anfrage',
    receivedAt: 'Eingegangen',
    generatedAt: 'Erstellt',
    controller: 'Verantwortlich',
    searchedFor: 'Gesucht mit',
    named: 'von Ihnen genannt',
    found: 'dazu gefunden',
    sharedDevice: 'Wenn mehrere Personen dasselbe Gerät benutzen, können Einträge zu diesem Gerät auch von ihnen stammen.',
  },
  entries: (rows, one) => `${rows} ${one ? 'Eintrag' : 'Einträge'}`,

  section: {
    data: 'Welche Daten das sind und wofür sie gebraucht werden',
    places: 'Wo die Daten liegen und wie lange',
    sources: 'Woher die Daten kommen',
    recipients: 'Wer die Daten bekommt',
    consent: 'Ihre Einwilligungen',
    pseudonyms: 'Was Pseudonyme sind',
    automated: 'Automatische Entscheidungen',
    rights: 'Ihre Rechte',
    complaint: 'Ihr Recht auf Beschwerde',
    nothing: 'Wo nichts über Sie liegt',
    missing: 'Wenn etwas fehlt',
    files: 'Was in diesem Paket liegt',
  },
  column: {
    category: 'Art der Daten',
    purpose: 'Wofür',
    purposeAndBasis: 'Wofür, und auf welcher Grundlage',
    what: 'Was',
    entries: 'Einträge',
    onErasure: 'Wenn Sie die Löschung verlangen',
    channel: 'Kanal',
    instance: 'Quelle',
    when: 'Wann',
    decision: 'Entscheidung',
    recipient: 'Empfänger',
    place: 'Ort',
    why: 'Warum nicht',
  },

  data: {
    lead: 'Aufgeführt ist nur, was in Ihren Einträgen wirklich vorkommt. Was jedes einzelne Feld bedeutet, steht in den Dateien im Ordner „schema“.',
    basis: (basis) => `Grundlage: ${basis}.`,
    undescribed: 'Einige Felder beschreibt das Programm nicht näher; auch sie stehen vollständig in den Daten.',
  },
  category: {
    identifier: { name: 'Kennungen', what: 'was Sie, ein Gerät oder eine Bestellung direkt benennt, etwa eine E-Mail-Adresse oder Bestellnummer' },
    pseudonym: { name: 'Pseudonyme', what: 'Ersatz für Kennungen; weiter unten erklärt' },
    commerce: { name: 'Bestelldaten', what: 'Beträge, Mengen und Stand von Bestellungen' },
    product: { name: 'Artikel', what: 'worum es in einer Bestellung ging' },
    behaviour: { name: 'Verhalten', what: 'was auf den Seiten des Shops geschah' },
    campaign: { name: 'Weg zum Shop', what: 'über welche Werbung oder welche Website ein Besuch kam' },
    device: { name: 'Gerät', what: 'nur grob: Art des Geräts, Browser und Betriebssystem' },
    location: { name: 'Land', what: 'das Land, kein genauerer Ort' },
    consent: { name: 'Einwilligungen', what: 'was Sie erlaubt oder abgelehnt haben, und der Nachweis dafür' },
    aggregate: { name: 'Summen', what: 'Zählungen von Plattformen, nicht über einzelne Personen' },
    technical: { name: 'Technische Angaben', what: 'Nummern, Zeiten und Versionen der Verarbeitung' },
  },
  purpose: {
    necessary: { name: 'Betrieb', what: 'damit Shop, Warenkorb und diese Auswertung sicher laufen' },
    consent_mgmt: { name: 'Einwilligungen verwalten', what: 'damit Ihre Entscheidungen beachtet und belegt werden' },
    order_statistics: { name: 'Verkaufsstatistik', what: 'was auf welchem Kanal verkauft wurde' },
    audience_count: { name: 'Besuche zählen', what: 'wie oft Seiten aufgerufen werden, ohne Kennungen' },
    web_analytics: { name: 'Webanalyse', what: 'wie Besucher durch den Shop gehen, mit Pseudonymen' },
    ad_measurement: { name: 'Werbung messen', what: 'welche Anzeige zu einer Bestellung führte' },
    personalisation: { name: 'Profile', what: 'was zu Ihren Interessen passt, über mehrere Kanäle hinweg' },
    direct_marketing: { name: 'Werbung per E-Mail', what: 'etwa ein Newsletter' },
    platform_sharing: { name: 'Weitergabe an Werbeplattformen', what: 'damit diese Anzeigen messen oder auswählen' },
    legal_retention: { name: 'Aufbewahrung', what: 'Unterlagen, die ein Gesetz verlangt' },
  },
  basis: {
    '6-1-a': 'Ihre Einwilligung, Art. 6 Abs. 1 Buchst. a DSGVO',
    '6-1-b': 'Ihr Vertrag mit dem Händler, Art. 6 Abs. 1 Buchst. b DSGVO',
    '6-1-c': 'eine gesetzliche Pflicht, Art. 6 Abs. 1 Buchst. c DSGVO',
    '6-1-f': 'das berechtigte Interesse des Händlers, seine Verkäufe zu kennen, Art. 6 Abs. 1 Buchst. f DSGVO',
  },

  places: {
    lead: 'Was nach seiner Frist noch da ist, löscht das Programm von selbst.',
    kept: (period) => `Aufbewahrt: ${period}.`,
    files: (json, csv) => `Ihre Einträge: ${csv} (für Tabellenprogramme) und ${json} (für andere Programme).`,
    changed: 'Während dieses Paket entstand, änderten sich die Einträge; die beiden Dateien können sich deshalb um die neuesten unterscheiden.',
  },
  zone: {
    identity: 'Geschützter Bereich: Nur hier können Angaben Ihnen zugeordnet werden.',
    analytics: 'Bereich der Auswertung: Hier stehen nur Pseudonyme, keine Namen und keine Adressen.',
  },
  store: stores,
  holding: holdings,
  onErasure: ({ onErasure, reason }: Holding, until) => {
    const why = reason === undefined ? '' : ` (${word(reasons, reason)})`
    switch (onErasure) {
      case 'delete':
        return 'wird gelöscht'
      case 'mask':
        return 'bleibt ohne jede Angabe, die zu Ihnen führt'
      case 'expire':
        return `kann niemand mehr Ihnen zuordnen und verschwindet ${until === undefined ? 'mit dem Ende der Frist' : `bis ${until}`}${why}`
      case 'keep':
        return `bleibt${why}`
    }
  },
  erasure: {
    delete: 'Bei einer Löschung verschwindet der Eintrag.',
    coarsen: 'Bei einer Löschung wird die Zeit auf den Tag oder die Stunde gekürzt.',
    mask: 'Bei einer Löschung wird das Feld geleert.',
    keep: 'Bei einer Löschung bleibt das Feld; es führt dann nicht mehr zu Ihnen.',
  },
  retention: {
    transit: 'Daten auf dem Weg',
    behaviour: 'Besuche und was zu Ihnen führt',
    books: 'Bestellungen und Beträge',
    lasting: 'Nachweis von Entscheidungen, und was nötig ist, um Ihre Daten zu finden',
  },
  atMost: (period) => `höchstens ${period}`,
  lasting: 'bis Sie die Löschung verlangen',
  days: (days) => `${days} Tage`,
  reason: reasons,

  sources: {
    lead: 'Die Einträge der Auswertung kamen über diese Kanäle:',
    none: 'Ihre Einträge nennen keinen Kanal. Sie entstanden beim Händler selbst, etwa durch Ihre Entscheidung über eine Einwilligung oder durch diese Anfrage.',
  },
  channel: {
    shop: 'Onlineshop',
    marketplace: 'Marktplatz',
    social: 'Soziales Netzwerk',
    ads: 'Werbeplattform',
    web: 'Website',
    pos: 'Ladengeschäft (Kasse)',
    file: 'Importierte Datei',
  },
  collector: { cloudevents: 'von einem Programm des Händlers übergeben', segment: 'vom Shop oder seiner Website gemeldet', file: 'aus einer Datei importiert' },

  recipients: {
    lead: 'Der Händler hat diese Empfänger angegeben:',
    none: 'Niemand sonst: Der Händler hat keine Empfänger angegeben. Kanalblick gibt von sich aus nichts weiter.',
    unknown: 'Kanalblick gibt von sich aus nichts weiter. Ob der Händler Daten weitergibt, ist im Programm nicht angegeben; bitte fragen Sie ihn.',
    thirdCountry: 'außerhalb des Europäischen Wirtschaftsraums',
    safeguard: (words) => `Schutz der Daten dort: ${words}`,
    noSafeguard: 'Wie die Daten dort geschützt sind, ist nicht angegeben; bitte fragen Sie den Händler.',
  },
  pseudonyms: [
    'Ein Pseudonym ist eine lange Zeichenfolge, die eine Kennung ersetzt, etwa Ihre E-Mail-Adresse oder Kundennummer. Die Auswertung sieht nur das Pseudonym. Sie erkennt, dass zwei Einträge zusammengehören, aber nicht, zu wem.',
    'Nur der geschützte Bereich kann von Ihrer Kennung zum Pseudonym finden; dafür braucht es geheime Schlüssel. So wurden auch die Einträge für diese Auskunft gefunden.',
    'Jeder Zweck hat sein eigenes Pseudonym. Was Sie für die Webanalyse erlaubt haben, lässt sich deshalb nicht mit der Werbemessung verbinden. Auch pseudonyme Daten sind Ihre Daten: Alle Rechte gelten für sie.',
  ],
  consent: {
    lead: 'Das haben Sie entschieden, das Neueste zuerst. Eine Einwilligung können Sie jederzeit widerrufen.',
    none: 'Es ist keine Entscheidung von Ihnen verzeichnet. Zwecke, die eine Einwilligung brauchen, gelten damit als abgelehnt.',
    latest: (listed, all) => `Gezeigt sind die letzten ${listed} von ${all} Entscheidungen. Alle stehen in den Daten.`,
    since: 'Entscheidend ist je Zweck die neueste Entscheidung. Was davor erlaubt war, bleibt bis dahin rechtmäßig.',
  },
  decision: { granted: 'erlaubt', denied: 'abgelehnt', withdrawn: 'Einwilligung widerrufen', objected: 'widersprochen', expired: 'abgelaufen' },
  mechanism: {
    click_accept: 'mit Klick auf „Zustimmen“',
    click_reject: 'mit Klick auf „Ablehnen“',
    toggle_save: 'in den Einstellungen gespeichert',
    double_opt_in: 'per E-Mail bestätigt',
    paper: 'auf Papier',
    voice: 'mündlich',
    api_import: 'aus einem anderen Programm übernommen',
    browser_signal: 'durch ein Signal Ihres Browsers',
  },
  automated: 'Es gibt keine. Kanalblick entscheidet nichts, was für Sie rechtliche Folgen hat oder Sie ähnlich stark betrifft (Art. 22 DSGVO).',

  rights: {
    lead: 'Diese Rechte haben Sie gegenüber dem Händler:',
    list: [
      { name: 'Berichtigung', what: 'Falsches wird richtiggestellt, Unvollständiges ergänzt (Art. 16 DSGVO).' },
      { name: 'Löschung', what: 'Ihre Daten werden gelöscht, soweit kein Gesetz ihre Aufbewahrung verlangt (Art. 17 DSGVO).' },
      { name: 'Einschränkung', what: 'Ihre Daten bleiben liegen, werden aber nicht benutzt, etwa bis eine Frage geklärt ist (Art. 18 DSGVO).' },
      { name: 'Widerspruch', what: 'gegen die Verkaufsstatistik aus Gründen Ihrer Lage, gegen Werbung jederzeit und ohne Gründe (Art. 21 DSGVO).' },
      { name: 'Mitnahme', what: 'Sie bekommen Ihre Daten in einer Form, die andere Programme lesen; die Dateien dieses Pakets sind so eine (Art. 20 DSGVO).' },
      { name: 'Widerruf', what: 'Eine Einwilligung nehmen Sie jederzeit zurück, so einfach, wie Sie sie gegeben haben (Art. 7 Abs. 3 DSGVO).' },
    ],
    how: (contact, request) => `So nutzen Sie sie: Schreiben Sie an ${contact}, und nennen Sie die Nummer ${request}. Ein Satz genügt.`,
    free: 'Das kostet nichts. Die Antwort kommt innerhalb eines Monats; dauert es länger, erfahren Sie in dieser Zeit den Grund.',
  },
  unknownContact: 'die Stelle, von der Sie dieses Paket bekommen haben',
  unknownController:
    'Im Programm ist nicht angegeben, wer verantwortlich ist. Fragen Sie die Stelle, von der Sie dieses Paket bekommen haben; Name und Anschrift stehen auch im Impressum des Shops.',
  complaint: (authority) =>
    `Sie können sich jederzeit bei einer Aufsichtsbehörde für den Datenschutz beschweren (Art. 77 DSGVO)${authority === undefined ? ', etwa bei der Ihres Wohnorts' : `. Für den Händler zuständig ist: ${authority}. Sie dürfen auch die Behörde Ihres Wohnorts wählen`}. Den Händler müssen Sie vorher nicht fragen.`,
  nothing: { lead: 'An diesen Orten liegt nichts über Sie:', searched: 'durchsucht; zu Ihnen liegt dort nichts' },
  missing: [
    'Gesucht wurde mit den Kennungen, die oben unter „Gesucht mit“ stehen. Haben Sie mit einer anderen E-Mail-Adresse, einem anderen Kundenkonto oder einem anderen Gerät bestellt, dann nennen Sie auch diese; die Auskunft wird ergänzt.',
    'Besuche ohne Ihre Einwilligung kommen nicht in die Auswertung. Deshalb stehen sie auch nicht hier.',
    'Einträge, deren Frist abgelaufen ist, sind gelöscht und nicht wiederherstellbar.',
  ],
  files: {
    lead: 'Öffnen Sie die Dateien mit einem Tabellenprogramm oder einem Texteditor:',
    list: [
      { name: 'README.html', what: 'diese Erklärung' },
      {
        name: 'data/….csv',
        what: 'Ihre Einträge als Tabelle. Ein Apostroph vor Zeichen wie = verhindert, dass ein Tabellenprogramm einen Text als Formel ausführt.',
      },
      { name: 'data/….json', what: 'dieselben Einträge, genau wie gespeichert, für andere Programme' },
      { name: 'schema/….json', what: 'was jedes Feld bedeutet, wofür es da ist und wie lange es bleibt' },
      { name: 'manifest.json', what: 'Liste aller Dateien mit Größe und Prüfsumme (SHA-256), damit sich prüfen lässt, ob nichts fehlt' },
    ],
  },
  identifier: {
    email: 'E-Mail-Adresse',
    customer: 'Kundennummer',
    device: 'Gerät oder Browser',
    phone: 'Telefonnummer',
    marketplace_buyer: 'Käuferkennung eines Marktplatzes',
  },
}
