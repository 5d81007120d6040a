import type { QueryRequestInput } from '@kanalblick/reports'
import { askCsv } from '../api.ts'
import { useSpeech } from '../page.tsx'

/** The whole answer behind a table, not only the rows that it shows. */
export function DownloadCsv({ name, question }: { name: string; question: QueryRequestInput }) {
  const { words } = useSpeech()
  const download = async () => {
    const address = URL.createObjectURL(await askCsv(question))
    const link = Object.assign(document.createElement('a'), { href: address, download: `${name} ${question.from} ${question.to}.csv` })
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <button type="button" className="quiet" onClick={() => void download()}>
      {words.downloadCsv(name)}
    </button>
  )
}
