import { expect, test } from 'vitest'
import { expectedNumbers, importOnlineRetail, onlineRetailMissing, onlineRetailNumbers } from '../support/online-retail.ts'
import { askKanalblick, spawnKanalblick, temporaryFolder } from '../support/product.ts'

const kills = Number(process.env['KANALBLICK_TEST_KILLS'] ?? 25)
const longestMs = 9_000

test.skipIf(onlineRetailMissing)(`an import killed ${kills} times at random points and resumed ends in the same numbers`, { timeout: 1_200_000 }, async () => {
  const folder = await temporaryFolder()
  const data = ['--data', folder.path]
  let completed = 0
  for (let kill = 0; kill < kills; kill++) {
    // Once the file is through, sending it again keeps every store busy for the kills that are left.
    const running = spawnKanalblick([...importOnlineRetail, ...(completed > 0 ? ['--again'] : []), ...data])
    const timer = setTimeout(() => running.process.kill('SIGKILL'), 300 + Math.random() * longestMs)
    const { code, signal, stderr } = await running.finished
    clearTimeout(timer)
    expect([code, signal, code === null || code === 0 ? '' : stderr]).toEqual(code === 0 ? [0, null, ''] : [null, 'SIGKILL', ''])
    if (code === 0) completed += 1
  }
  await askKanalblick([...importOnlineRetail, ...data])
  expect(await onlineRetailNumbers(data)).toEqual(expectedNumbers)
  expect(await askKanalblick(['audit', ...data])).toMatchObject({ clean: true, findings: [] })
  await folder.remove()
})
