/** What the command line says to somebody who asks it for a person's rights in a wrong way. */
import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { askKanalblick, runKanalblick, temporaryFolder } from '../support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let data: string[]
beforeEach(async () => {
  folder = await temporaryFolder()
  data = ['--data', folder.path]
})
afterEach(() => folder.remove())

describe('kanalblick subject refuses, before it opens anything,', () => {
  test.each([
    ['no action', [], 'Say access, erase, list, verify, deny.'],
    ['an unknown action', ['forget'], 'Say access, erase, list, verify, deny.'],
    ['access of nobody', ['access'], 'Name the person: --email E'],
    ['erasure of nobody', ['erase', '--dry-run'], 'Name the person: --email E'],
    ['an unknown option', ['erase', '--name', 'Erika Mustermann'], "Unknown option '--name'"],
    ['verification of nothing', ['verify'], 'The id of the request is missing.'],
    ['a denial of nothing', ['deny', '--reason', 'other'], 'The id of the request is missing.'],
    ['a denial without a reason', ['deny', 'some-id'], '--reason is missing.'],
    ['a denial for a reason of its own', ['deny', 'some-id', '--reason', 'because'], '--reason must be one of suspected_fraud, insuf_verification'],
    ['one word too many', ['verify', 'some-id', 'another'], '"another" is not expected here.'],
  ])('%s', async (_what, args, message) => {
    const { code, stderr, stdout } = await runKanalblick(['subject', ...args, ...data])
    expect(stderr).toContain(message)
    expect(stderr).toContain('Usage: kanalblick subject access|erase --email E')
    expect(stderr).not.toContain('Erika')
    expect([code, stdout, await readdir(folder.path)]).toEqual([2, '', []])
  })
})

test('kanalblick subject answers that a request is unknown with its own code', async () => {
  const { code, stderr } = await runKanalblick(['subject', 'verify', 'some-id', ...data])
  expect([code, stderr]).toEqual([1, 'There is no such request.\n'])
})

test('kanalblick keys makes privacy keys, shown once, and refuses kinds that there are not', async () => {
  const created = await askKanalblick<{ id: string; key: string }>(['keys', 'create', '--kind', 'privacy', ...data])
  expect(created.key).toMatch(/^kb_privacy_/)
  const listed = await runKanalblick(['keys', 'list', ...data])
  expect(listed.stdout).toMatch(new RegExp(`^${created.id}  privacy  -  `))
  expect(listed.stdout).not.toContain(created.key)
  const refused = await runKanalblick(['keys', 'create', '--kind', 'admin', ...data])
  expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([2, '--kind must be write, read or privacy.'])
})
