import type { Holding } from '@kanalblick/stream'
import { type Messages, word } from './messages.ts'

const stores = {
  'events.collected.v1': 'Arrivals: events as they came in (encrypted)',
  'events.consented.v1': 'In transit, after your consent was checked',
  'events.enriched.v1': 'In transit, before the analysis',
  'rejected.consent.v1': 'Rejected events of the arrivals (encrypted)',
  'rejected.transform.v1': 'Rejected events of the preparation',
  'fates.consent.v1': 'Books on processed events (check)',
  'fates.transform.v1': 'Books on processed events (preparation)',
  fates: 'Books on processed events',
  events: 'Analysis: orders and visits',
  consent_records: 'Register of your consents',
  consent_current: 'Consents as they stand now',
  consent_chain: 'Check chain of the register',
  subject_pseudonyms: 'Pseudonyms',
  subject_links: 'Links between your identifiers',
  subject_orders: 'To whom an order belongs',
  subject_requests: 'Requests about personal data',
  suppressed_subjects: 'Suppression list after an erasure',
  restated_events: 'Notes for recalculation',
  erased_events: 'Notes on which events were erased',
  stale_days: 'Days whose totals are recalculated',
  stale_months: 'Months whose totals are recalculated',
  rollup_channel_day: 'Daily totals by channel',
  rollup_product_day: 'Daily totals by product',
  rollup_sku_day: 'Daily totals by product, without channel and country',
  rollup_sku_week: 'Weekly totals by product, without channel and country',
  rollup_product_month: 'Monthly totals by product',
  migrations: 'State of the tables',
  ledger_migrations: 'State of the tables in the protected area',
  access_keys: 'Keys that let programs in',
  sign_in_codes: 'Codes for signing in',
  sessions: 'Sign-ins of the merchant’s staff',
  weekly_reports: 'Weekly reports',
  weekly_mails: 'Sending of the weekly reports',
}

const holdings = {
  behaviour: 'Visits and clicks in the shop',
  books: 'Orders in the books',
  decisions: 'Decisions on consent',
  current_decisions: 'Decisions that hold now',
  pseudonyms: 'Pseudonyms',
  links: 'Links between your identifiers',
  order_links: 'Links between your identifiers and orders',
  collected_events: 'events as they came in',
  dead_letters: 'rejected events',
  consented_events: 'events after the check of consent',
  enriched_events: 'events before the analysis',
  requests: 'Your requests about personal data',
  suppression: 'Suppression note after an erasure',
}

const reasons = {
  totals: 'holds totals only, no single person',
  catalogue: 'holds products and content of the merchant only',
  settings: 'holds settings of the merchant only',
  accounts: 'holds sign-ins of the merchant’s staff only',
  technical: 'holds technical data only, nothing about persons',
  books: 'the merchant’s books, without a link to you',
  proof: 'proof that your request was fulfilled',
  suppression: 'so that data that arrive later are not linked to you again',
  books_retention: 'the law says how long books are kept',
  proof_of_consent: 'proof that a decision was made, without your name',
  proof_of_request: 'proof that a request was answered, without your name',
  key_expiry: 'encrypted; its key is destroyed then',
  topic_retention: 'short-lived; gone by itself',
}

export const en: Messages = {
  locale: 'en-GB',
  languageName: 'English',
  title: 'Access to your data',
  law: 'Answer to your request under Article 15 of the General Data Protection Regulation (GDPR)',
  contents: 'Contents',

  answer: {
    title: 'In short',
    held: (rows, one) => `Yes, ${one ? 'one entry' : `${rows} entries`} about you ${one ? 'is' : 'are'} stored.`,
    heldRequestOnly: 'No: apart from the record of your request, nothing about you is stored.',
    notHeld: 'No, nothing is stored under the identifiers that we searched for.',
    scope:
      'This answer covers Kanalblick, a program that analyses sales and visits. Customer accounts, invoices and e-mails usually lie in other programs of the merchant. You can ask about those in the same way.',
    where: 'Where these entries lie',
    request: 'Number of the request',
    receivedAt: 'Received',
    generatedAt: 'Made',
    controller: 'Controller',
    searchedFor: 'Searched for',
    named: 'named by you',
    found: 'found with it',
    sharedDevice: 'If several persons use the same device, entries of that device may be theirs as well.',
  },
  entries: (rows, one) => `${rows} ${one ? 'entry' : 'entries'}`,

  section: {
    data: 'Which data these are, and what they are used for',
    places: 'Where the data lie, and for how long',
    sources: 'Where the data come from',
    recipients: 'Who receives the data',
    consent: 'Your consents',
    pseudonyms: 'What pseudonyms are',
    automated: 'Automated decisions',
    rights: 'Your rights',
    complaint: 'Your right to complain',
    nothing: 'Where nothing about you lies',
    missing: 'If something is missing',
    files: 'What is in this package',
  },
  column: {
    category: 'Kind of data',
    purpose: 'What for',
    purposeAndBasis: 'What for, and on which basis',
    what: 'What',
    entries: 'Entries',
    onErasure: 'If you ask for erasure',
    channel: 'Channel',
    instance: 'Source',
    when: 'When',
    decision: 'Decision',
    recipient: 'Recipient',
    place: 'Place',
    why: 'Why not',
  },

  data: {
    lead: 'Listed is only what really occurs in your entries. What each field means is told by the files in the folder “schema”.',
    basis: (basis) => `Basis: ${basis}.`,
    undescribed: 'Some fields are not described by the program; they are in the data in full as well.',
  },
  category: {
    identifier: { name: 'Identifiers', what: 'what names you, a device or an order directly, such as an e-mail address or an order number' },
    pseudonym: { name: 'Pseudonyms', what: 'replacements for identifiers; explained below' },
    commerce: { name: 'Order data', what: 'amounts, quantities and the state of orders' },
    product: { name: 'Products', what: 'what an order was about' },
    behaviour: { name: 'Behaviour', what: 'what happened on the pages of the shop' },
    campaign: { name: 'Way to the shop', what: 'which advertisement or website a visit came from' },
    device: { name: 'Device', what: 'in rough terms only: kind of device, browser and operating system' },
    location: { name: 'Country', what: 'the country, no closer place' },
    consent: { name: 'Consents', what: 'what you allowed or refused, and the proof of it' },
    aggregate: { name: 'Totals', what: 'counts of platforms, not about single persons' },
    technical: { name: 'Technical data', what: 'numbers, times and versions of the processing' },
  },
  purpose: {
    necessary: { name: 'Operation', what: 'so that shop, cart and this analysis run safely' },
    consent_mgmt: { name: 'Keeping consents', what: 'so that your decisions are heeded and can be proved' },
    order_statistics: { name: 'Sales statistics', what: 'what was sold on which channel' },
    audience_count: { name: 'Counting visits', what: 'how often pages are opened, without identifiers' },
    web_analytics: { name: 'Web analytics', what: 'how visitors move through the shop, with pseudonyms' },
    ad_measurement: { name: 'Measuring advertisements', what: 'which advertisement led to an order' },
    personalisation: { name: 'Profiles', what: 'what fits your interests, across several channels' },
    direct_marketing: { name: 'Marketing by e-mail', what: 'such as a newsletter' },
    platform_sharing: { name: 'Sharing with advertising platforms', what: 'so that these measure or choose advertisements' },
    legal_retention: { name: 'Records', what: 'documents that a law requires' },
  },
  basis: {
    '6-1-a': 'your consent, Art. 6(1)(a) GDPR',
    '6-1-b': 'your contract with the merchant, Art. 6(1)(b) GDPR',
    '6-1-c': 'a duty by law, Art. 6(1)(c) GDPR',
    '6-1-f': 'the merchant’s legitimate interest in knowing their own sales, Art. 6(1)(f) GDPR',
  },

  places: {
    lead: 'What is still there after its period is deleted by the program itself.',
    kept: (period) => `Kept: ${period}.`,
    files: (json, csv) => `Your entries: ${csv} (for spreadsheets) and ${json} (for other programs).`,
    changed: 'The entries changed while this package was made; the two files may therefore differ in the most recent ones.',
  },
  zone: {
    identity: 'Protected area: only here can data be linked to you.',
    analytics: 'Area of the analysis: only pseudonyms here, no names and no addresses.',
  },
  store: stores,
  holding: holdings,
  onErasure: ({ onErasure, reason }: Holding, until) => {
    const why = reason === undefined ? '' : ` (${word(reasons, reason)})`
    switch (onErasure) {
      case 'delete':
        return 'is deleted'
      case 'mask':
        return 'stays without anything that leads to you'
      case 'expire':
        return `can no longer be linked to you by anyone, and is gone ${until === undefined ? 'at the end of its period' : `by ${until}`}${why}`
      case 'keep':
        return `stays${why}`
    }
  },
  erasure: {
    delete: 'On erasure the entry goes.',
    coarsen: 'On erasure the time is cut to the day or the hour.',
    mask: 'On erasure the field is emptied.',
    keep: 'On erasure the field stays; it then no longer leads to you.',
  },
  retention: {
    transit: 'data in transit',
    behaviour: 'visits, and what leads to you',
    books: 'orders and amounts',
    lasting: 'Proof of decisions, and what is needed to find your data',
  },
  atMost: (period) => `at most ${period}`,
  lasting: 'until you ask for erasure',
  days: (days) => `${days} days`,
  reason: reasons,

  sources: {
    lead: 'The entries of the analysis came through these channels:',
    none: 'Your entries name no channel. They arose with the merchant, for instance by your decision on a consent or by this request.',
  },
  channel: {
    shop: 'Online shop',
    marketplace: 'Marketplace',
    social: 'Social network',
    ads: 'Advertising platform',
    web: 'Website',
    pos: 'Store (till)',
    file: 'Imported file',
  },
  collector: { cloudevents: 'handed over by a program of the merchant', segment: 'reported by the shop or its website', file: 'imported from a file' },

  recipients: {
    lead: 'The merchant named these recipients:',
    none: 'Nobody else: the merchant named no recipients. Kanalblick passes nothing on by itself.',
    unknown: 'Kanalblick passes nothing on by itself. Whether the merchant passes data on is not stated in the program; please ask them.',
    thirdCountry: 'outside the European Economic Area',
    safeguard: (words) => `Protection of the data there: ${words}`,
    noSafeguard: 'How the data are protected there is not stated; please ask the merchant.',
  },
  pseudonyms: [
    'A pseudonym is a long string that replaces an identifier, such as your e-mail address or customer number. The analysis sees only the pseudonym. It can tell that two entries belong together, but not to whom.',
    'Only the protected area can get from your identifier to the pseudonym; that takes secret keys. This is also how the entries for this answer were found.',
    'Each purpose has a pseudonym of its own. What you allowed for web analytics can therefore not be joined with the measuring of advertisements. Pseudonymous data are your data too: all rights apply to them.',
  ],
  consent: {
    lead: 'This is what you decided, latest first. You can withdraw a consent at any time.',
    none: 'No decision of yours is recorded. Purposes that need consent therefore count as refused.',
    latest: (listed, all) => `Shown are the last ${listed} of ${all} decisions. All of them are in the data.`,
    since: 'For each purpose the latest decision counts. What was allowed before stays lawful up to then.',
  },
  decision: { granted: 'allowed', denied: 'refused', withdrawn: 'consent withdrawn', objected: 'objected', expired: 'expired' },
  mechanism: {
    click_accept: 'by a click on “Accept”',
    click_reject: 'by a click on “Reject”',
    toggle_save: 'saved in the settings',
    double_opt_in: 'confirmed by e-mail',
    paper: 'on paper',
    voice: 'orally',
    api_import: 'taken over from another program',
    browser_signal: 'by a signal of your browser',
  },
  automated: 'There are none. Kanalblick decides nothing that has legal effects for you or affects you in a similarly strong way (Art. 22 GDPR).',

  rights: {
    lead: 'You have these rights towards the merchant:',
    list: [
      { name: 'Rectification', what: 'What is wrong is put right, what is incomplete is completed (Art. 16 GDPR).' },
      { name: 'Erasure', what: 'Your data are erased, unless a law requires that they are kept (Art. 17 GDPR).' },
      { name: 'Restriction', what: 'Your data stay but are not used, for instance until a question is settled (Art. 18 GDPR).' },
      { name: 'Objection', what: 'to sales statistics on grounds of your situation, to marketing at any time and without grounds (Art. 21 GDPR).' },
      { name: 'Portability', what: 'You get your data in a form that other programs read; the files of this package are such a form (Art. 20 GDPR).' },
      { name: 'Withdrawal', what: 'You take back a consent at any time, as easily as you gave it (Art. 7(3) GDPR).' },
    ],
    how: (contact, request) => `How to use them: write to ${contact} and quote the number ${request}. One sentence is enough.`,
    free: 'It costs nothing. The answer comes within one month; if it takes longer, you are told the reason within that time.',
  },
  unknownContact: 'whoever sent you this package',
  unknownController:
    'The program does not say who the controller is. Please ask whoever sent you this package; name and address are also in the legal notice of the shop.',
  complaint: (authority) =>
    `You can complain to a data protection supervisory authority at any time (Art. 77 GDPR)${authority === undefined ? ', for instance to the one where you live' : `. Responsible for the merchant is: ${authority}. You may also choose the authority where you live`}. You need not ask the merchant first.`,
  nothing: { lead: 'Nothing about you lies in these places:', searched: 'searched; nothing about you is there' },
  missing: [
    'The search was made with the identifiers listed above under “Searched for”. If you ordered with another e-mail address, customer account or device, please name these as well; the answer will be completed.',
    'Visits without your consent do not enter the analysis. Therefore they are not here either.',
    'Entries whose period has passed are deleted and cannot be restored.',
  ],
  files: {
    lead: 'Open the files with a spreadsheet or a text editor:',
    list: [
      { name: 'README.html', what: 'this explanation' },
      { name: 'data/….csv', what: 'your entries as a table. An apostrophe before signs such as = keeps a spreadsheet from running a text as a formula.' },
      { name: 'data/….json', what: 'the same entries, exactly as stored, for other programs' },
      { name: 'schema/….json', what: 'what each field means, what it is for and how long it stays' },
      { name: 'manifest.json', what: 'list of all files with size and checksum (SHA-256), so that anyone can check that nothing is missing' },
    ],
  },
  identifier: {
    email: 'e-mail address',
    customer: 'customer number',
    device: 'device or browser',
    phone: 'phone number',
    marketplace_buyer: 'buyer id of a marketplace',
  },
}
