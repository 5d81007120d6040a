import { expect, test } from 'vitest'
import { AppError, describeError, isOurs } from './errors.ts'

test("a foreign error's message is not written: it may quote a value out of an event", () => {
  const foreign = Object.assign(new Error('duplicate key (email)=(max@example.com)'), { code: '23505', detail: 'max@example.com' })
  expect(JSON.stringify(describeError(foreign))).not.toContain('max@')
  expect(describeError(foreign)).toMatchObject({ name: 'Error', code: '23505' })
})

test('our own errors say what happened, and so do their causes by name and code', () => {
  const error = new AppError('PORT_IN_USE', 'Port 80 is in use.', { cause: Object.assign(new Error('secret'), { code: 'EADDRINUSE' }) })
  expect(describeError(error)).toMatchObject({ message: 'Port 80 is in use.', cause: { code: 'EADDRINUSE' } })
  expect(JSON.stringify(describeError(error))).not.toContain('secret')
})

test('a file that cannot be imported and storage that refuses are told, not taken for defects', () => {
  for (const code of ['FILE_INVALID', 'STORAGE_UNAVAILABLE', 'MAPPING_INVALID']) expect(isOurs(Object.assign(new Error(), { code }))).toBe(true)
})

test('anything can be thrown', () => {
  expect(describeError('just text')).toMatchObject({ name: 'string' })
  expect(isOurs({ code: 'PORT_IN_USE' })).toBe(false)
})
