import { expect, test } from 'vitest'
import { expectedNumbers, onlineRetailMissing } from '../support/online-retail.ts'
import { temporaryFolder } from '../support/product.ts'
import { killImports } from './import-kills.ts'
import { seeded } from './journal.ts'

const kills = 3

test.skipIf(onlineRetailMissing)(`an import killed ${kills} times at random points and resumed ends in the same numbers`, { timeout: 600_000 }, async () => {
  const folder = await temporaryFolder()
  const { endings, numbers, audit } = await killImports(folder.path, { kills, random: seeded(6) })
  await folder.remove()
  expect(endings.filter((ending) => !['SIGKILL', 'done'].includes(ending))).toEqual([])
  expect(numbers).toEqual(expectedNumbers)
  expect(audit).toMatchObject({ clean: true, findings: [] })
})
