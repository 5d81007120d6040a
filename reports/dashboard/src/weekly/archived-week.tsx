import { getRouteApi, Link } from '@tanstack/react-router'
import { useSpeech } from '../page.tsx'
import { weekNumbers } from './archive.tsx'

const route = getRouteApi('/signed-in/reports/$week')

/** The report as it was made and sent: a page of its own, in a frame that may do nothing. */
export function ArchivedWeek() {
  const { language, words } = useSpeech()
  const { week } = route.useParams()
  const title = words.reportWeek(...weekNumbers(week))
  const address = `/v1/weekly-reports/${week}/report.${language}.html`
  return (
    <section className="archived">
      <title>{`${title} – Kanalblick`}</title>
      <h1>{title}</h1>
      <p>
        <Link to="/reports" search={true}>
          {words.backToReports}
        </Link>{' '}
        <a href={address} target="_blank" rel="noreferrer">
          {words.openAlone}
        </a>
      </p>
      <iframe title={title} src={address} sandbox="" />
    </section>
  )
}
