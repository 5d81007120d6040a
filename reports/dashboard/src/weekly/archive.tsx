import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { archivedReports } from '../api.ts'
import { useSpeech } from '../page.tsx'
import { Failure } from '../parts/failure.tsx'

export const weekNumbers = (week: string) => [Number(week.slice(6)), Number(week.slice(0, 4))] as const

export function Archive() {
  const { language, words, format } = useSpeech()
  const { data, error, refetch } = useQuery({ queryKey: ['weekly-reports'], queryFn: archivedReports })
  return (
    <section>
      <title>{`${words.reportsTitle} – Kanalblick`}</title>
      <h1>{words.reportsTitle}</h1>
      <p className="note">{words.reportsNote}</p>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data?.length === 0 && <p>{words.reportsEmpty}</p>}
      <ul className="reports">
        {data?.map(({ week, from, to, headline }) => (
          <li key={week}>
            <Link to="/reports/$week" params={{ week }} search={true}>
              {words.reportWeek(...weekNumbers(week))}
            </Link>{' '}
            <span className="note">{format.days({ from, to })}</span>
            <p>{headline[language]}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
